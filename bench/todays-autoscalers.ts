import { formatInterval } from '../policies/evaluation/format.ts';
import { interquartileInterval } from '../policies/evaluation/interval.ts';
import type { Evaluation, Result } from '../policies/evaluation/json.ts';

/** [rule, who uses it] What drives fleets today, and what is published for serving models. */
const autoscalers = [
  ['reactive', 'a home-made script that follows the load'],
  ['target-tracking', 'AWS target tracking'],
  ['target-tracking-fast', 'the same on metrics of 10 s'],
  ['step-scaling', 'AWS step scaling'],
  ['predictive-scaling', 'AWS predictive scaling'],
  ['hpa', 'Kubernetes HPA'],
  ['keda', 'KEDA'],
  ['kpa', 'Knative'],
  ['ray-serve', 'Ray Serve'],
  ['mark', 'MArk'],
  ['infaas', 'INFaaS'],
  ['cocktail', 'Cocktail'],
  ['mixed', 'mixed (Paragon)'],
  ['lcp', 'right-sizing as theory has it'],
  ['mpc', 'our own rule that plans ahead'],
] as const;

/** A row for each autoscaler: what it costs over the agent, trace by trace, in each matrix; null: no matrix has any of them. */
export function todaysAutoscalers(
  matrices: readonly (readonly [title: string, Evaluation])[],
  agent: string,
): string | null {
  const known = new Set(matrices.flatMap(([, { results }]) => results.map(({ policy }) => policy)));
  const rows = autoscalers.flatMap(([rule, user]) => {
    const cells = matrices.map(([, evaluation]) => cell(evaluation, rule, agent));
    return known.has(rule) ? [[user, `\`${rule}\``, ...cells]] : [];
  });
  if (rows.length === 0) return null;
  const own = matrices.map(([, evaluation]) => `1, ${kept(evaluation, agent)}`);
  return [
    ['fleets driven by', 'rule', ...matrices.map(([title]) => title)],
    ['---', '---', ...matrices.map(() => '---')],
    ...rows,
    ["Spillway's agent", `\`${agent}\``, ...own],
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function cell(evaluation: Evaluation, rule: string, agent: string): string {
  const ratios = evaluation.traces.flatMap((trace) => {
    const usd = (policy: string) => find(evaluation, policy, trace)?.usd;
    const [theirs, ours] = [usd(rule), usd(agent)];
    return theirs === undefined || ours === undefined ? [] : [theirs / ours];
  });
  if (ratios.length < evaluation.traces.length) return '-';
  const { value, low, high } = interquartileInterval([ratios]);
  const twoDigits = (ratio: number) => ratio.toFixed(2);
  return `**${twoDigits(value)}** (${formatInterval(low, high, twoDigits)}), ${kept(evaluation, rule)}`;
}

const kept = ({ standings, traces }: Evaluation, policy: string) =>
  `${standings.find((one) => one.policy === policy)?.kept ?? 0} of ${traces.length}`;

function find({ results }: Evaluation, policy: string, trace: string): Result | undefined {
  return results.find((one) => one.policy === policy && one.trace === trace);
}
