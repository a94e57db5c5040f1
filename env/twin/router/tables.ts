import { lambdaBackEnd, latencyEdges, poolBackEnd, tables, verdicts } from '../../deployment/router-layout.ts';
import type { ServiceProfile } from '../../types.ts';
import type { RouterTotals } from '../parts.ts';
import type { RoutedCounts } from './routed-counts.ts';
import { pointer } from './settings.ts';

type Counters = Readonly<Record<string, number>>;

/** `show table NAME`, as HAProxy writes it. What `counts` tells now is `now`. */
export function tableText(name: string, profile: ServiceProfile, counts: RoutedCounts, now: RouterTotals): string {
  if (name === tables.arrivals) return textOf(name, arrivals(profile, counts, now));
  if (name === tables.answers) return textOf(name, answers(profile, counts));
  if (name === tables.latencies) return textOf(name, latencies(counts));
  return 'No such table\n';
}

function textOf(name: string, entries: readonly (readonly [string, Counters])[]): string {
  const seen = entries.filter(([, counters]) => Object.values(counters).some((count) => count > 0));
  const rows = seen.map(([key, counters], index) => {
    const shown = Object.entries(counters).map(([counter, count]) => `${counter}=${count}`);
    return `${pointer(index)}: key=${key} use=${counters.conn_cur ?? 0} exp=0 ${shown.join(' ')}\n`;
  });
  return `# table: ${name}, type: string, size:10240, used:${seen.length}\n${rows.join('')}`;
}

/** Of the last second; nobody reads it here. */
const noRate = { 'http_req_rate(1000)': 0 };

/** Those in line are put in that of the first pool that has servers. */
function arrivals(profile: ServiceProfile, counts: RoutedCounts, now: RouterTotals): [string, Counters][] {
  const line = linePool(now);
  return profile.slo.classes.flatMap(({ name }, k) => [
    ...profile.pools.map((pool, index): [string, Counters] => {
      const inside = index === line ? now.queue[k]! : 0;
      const counters = { conn_cur: inside, http_req_cnt: counts.left(k, index) + inside, ...noRate };
      return [`${name}/${poolBackEnd(pool.name)}`, counters];
    }),
    ...profile.variants.map((variant, index): [string, Counters] => [
      `${name}/${lambdaBackEnd(variant.name)}`,
      { conn_cur: 0, http_req_cnt: counts.spilled[k]![index]!, ...noRate },
    ]),
  ]);
}

/** The pool whose line the twin's one line is shown as. */
export function linePool({ ready }: RouterTotals): number {
  const first = ready.findIndex((count) => count > 0);
  return Math.max(0, first);
}

function answers({ slo, variants }: ServiceProfile, counts: RoutedCounts): [string, Counters][] {
  return slo.classes.flatMap((requestClass, k) =>
    variants.flatMap((variant, index) =>
      verdicts.map((verdict): [string, Counters] => [
        `${requestClass.name}/${variant.name}/${verdict}`,
        { gpc0: counts.answers[verdict][k]![index]! },
      ]),
    ),
  );
}

function latencies(counts: RoutedCounts): [string, Counters][] {
  return counts.latencies().map((count, bin) => [`${latencyEdges[bin]}`, { gpc0: count }]);
}
