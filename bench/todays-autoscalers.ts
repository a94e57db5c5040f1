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

/** [row, cell] For each autoscaler that was run: what it costs over the agent, trace by trace, in each matrix; the agent last. */
export function todaysAutoscalers(matrices: readonly Evaluation[], agent: string): string[][] {
  const known = new Set(matrices.flatMap(({ results }) => results.map(({ policy }) => policy)));
  const rows = autoscalers
    .filter(([rule]) => known.has(rule))
    .map(([rule, user]) => [user, `\`${rule}\``, ...matrices.map((one) => cell(one, rule, agent))]);
  const own = matrices.map((one) => `1, ${kept(one, agent)}`);
  return [...rows, ["Spillway's agent", `\`${agent}\``, ...own]];
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
