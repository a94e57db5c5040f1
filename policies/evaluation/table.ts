import { referenceText } from './comparison.ts';
import { fewText, formatAttainment, formatShare, shortName } from './format.ts';
import type { Evaluation } from './json.ts';
import type { Colors } from './plain-table.ts';
import { nobodyText, ranking } from './ranking.ts';
import { matrixTable, standingsTable } from './standings-table.ts';
import { traceTable } from './trace-table.ts';

const usualWidth = 160;
const leastWidth = 100;

export interface TableStyle {
  readonly paint: Colors;
  /** Of several traces, only what is told over all of them. */
  readonly isBrief?: boolean;
  readonly columns?: number;
}

/** The results for a terminal: a table for each trace, best first; one over all traces; what the marks mean, and the parameters that were tuned. */
export function evaluationTable(evaluation: Evaluation, style: TableStyle): string {
  const { paint, isBrief = false, columns = usualWidth } = style;
  const width = Math.max(leastWidth, columns);
  const isMatrix = evaluation.traces.length > 1;
  const tables = [
    ...(isMatrix && isBrief ? [] : evaluation.traces.map((_, index) => traceTable(evaluation, index, paint, width))),
    ...(isMatrix ? [standingsTable(evaluation, paint, width), matrixTable(evaluation, paint, width)] : []),
  ];
  const parts = [
    ...tables,
    legend(evaluation, tables.join(), paint),
    ...(evaluation.tuning === null ? [] : [tunedParameters(evaluation, paint)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** What stands above or in some tables; narrow ones leave columns out. */
const columnTexts = [
  ['rho', 'price of a unit of work on Lambda over that on a full VM'],
  ['$/M', 'dollars per million requests'],
  ['/ bound', 'cost over the least that any policy could have spent'],
  ['worst hour', 'least share in time of an hour'],
  ['minutes kept', 'share of them in which the promise was kept'],
  ['churn/d', 'VMs launched or told to go in a day'],
  ['interrupted', 'spot VMs taken back'],
  ['regret', 'cost above the least that any policy could have spent'],
] as const;

/** Of what stands in the tables. */
function legend(evaluation: Evaluation, tables: string, paint: Colors): string {
  const { slo, results } = evaluation;
  const reference = referenceText(evaluation);
  const ranked = evaluation.traces.flatMap((trace) => ranking(evaluation, trace));
  const promised = formatAttainment(slo.attainment);
  const explained = columnTexts.filter(([title]) => tables.includes(title));
  const line = (isNeeded: boolean, text: string) => (isNeeded ? [text] : []);
  const lines = [
    ranked.some((one) => one.isBest) ? '*  cheapest that keeps the promise' : nobodyText(ranked),
    ...line(
      ranked.some((one) => one.missesAttainment),
      `!  misses the promise of ${promised} in time: ranked last`,
    ),
    ...line(
      ranked.some((one) => one.missesAccuracy),
      `~  misses the accuracy floor of ${formatShare(slo.accuracyFloor)}: ranked last`,
    ),
    ...line(
      ranked.some((one) => one.kind === 'clairvoyant'),
      '°  knows the future: a yardstick, not a rival',
    ),
    ...line(
      evaluation.seeds.length > 1,
      `95%: where the interquartile mean over the seeds lies in 95 of 100 resamples${butFew(evaluation.seeds.length, 'seeds')}`,
    ),
    ...line(
      tables.includes('95% traces'),
      `95% traces: the same with the traces drawn anew${butFew(evaluation.traces.length, 'traces')}`,
    ),
    ...line(reference !== null && results.length > 1, `/ rule: cost over that of ${reference}`),
    ...line(
      results.some((one) => one.usdAtAttainment !== null),
      `$ at ...: cost where VMs and waits are turned until just the promised share is in time; - where that never happens`,
    ),
    ...line(explained.length > 0, explained.map(([title, text]) => `${title}: ${text}`).join('; ')),
  ];
  return lines.map((text) => paint.dim(text)).join('\n');
}

function butFew(count: number, noun: string): string {
  const few = fewText(count, noun);
  return few === '' ? '' : `; ${few}`;
}

function tunedParameters({ tuning, results }: Evaluation, paint: Colors): string {
  const { file, traces, policies, budget, reserve, seed, isSameService } = tuning!;
  const other = isSameService ? '' : ', for another service';
  const title = `${paint.bold('Parameters')} from ${file}: ${budget} settings tried of each policy on ${traces.join(', ')}${other}, reserve ${reserve}, seed ${seed}`;
  const all = new Map(results.map((one) => [one.policy, one.parameters]));
  const lines = policies.map((policy) => {
    const values = Object.entries(all.get(policy) ?? {}).map(([name, value]) => `${name}=${value}`);
    return `  ${shortName(policy)}: ${values.join(' ') || 'none'}`;
  });
  const rest = [...all.keys()].filter((policy) => !policies.includes(policy));
  const untuned = rest.length === 0 ? [] : [`  not from there: ${rest.map(shortName).join(', ')}`];
  return [title, ...lines, ...untuned].join('\n');
}
