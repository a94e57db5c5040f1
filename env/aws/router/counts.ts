import {
  isInstance,
  isLambdaBackEnd,
  latencyEdges,
  poolBackEnd,
  refused,
  tables,
  verdicts,
} from '../../deployment/router-layout.ts';
import { emptyHistogram, histogramBin } from '../../histogram.ts';
import type { ServiceProfile } from '../../types.ts';
import { processOf, type TableEntry, tableEntriesOf } from './answers.ts';
import type { RuntimeSocket } from './runtime-socket.ts';
import { isFoundDown, type StatisticsRow, statisticsOf, takesRequests } from './statistics.ts';

/** What HAProxy has counted since its process began, and how it stands. */
export interface RouterCounts {
  /** Of the process: another one counts from 0. */
  readonly process: number;
  /** [class] */
  readonly requests: readonly number[];
  /** [class] In line or in service, on VMs and on Lambda. */
  readonly inside: readonly number[];
  /** [class] In line or in service on VMs. */
  readonly insideVms: readonly number[];
  readonly spilled: number;
  /** [class][variant] Answers in time, and late. */
  readonly inTime: readonly (readonly number[])[];
  readonly late: readonly (readonly number[])[];
  /** In the bins of env/histogram.ts. */
  readonly latency: Float64Array;
  /** [pool] */
  readonly pools: readonly PoolCounts[];
}

export interface PoolCounts {
  /** Requests that have left it, answered or not. */
  readonly left: number;
  readonly queued: number;
  /** Of the servers that take requests; null: HAProxy does not tell. */
  readonly slots: number | null;
  /** Mean time of the last 1024 requests on a slot; null: HAProxy does not tell. */
  readonly serviceMs: number | null;
  /** Its servers that are instances, and whether requests are sent to them; those that drain or are in maintenance are left out. */
  readonly servers: ReadonlyMap<string, boolean>;
}

/**
 * In the order of asking, so that an answer between two commands is counted twice rather than as lost. Throws what the socket throws,
 * and a SyntaxError for what cannot be understood.
 */
export async function readCounts(
  socket: Pick<RuntimeSocket, 'askAll'>,
  profile: ServiceProfile,
): Promise<RouterCounts> {
  const told = await socket.askAll([
    'show info',
    `show table ${tables.arrivals}`,
    `show table ${tables.answers}`,
    `show table ${tables.latencies}`,
    'show stat',
  ]);
  const pid = processOf(told[0]!);
  const arrivals = tableEntriesOf(told[1]!).map(arrivalOf);
  const [answers, latencies] = [tableEntriesOf(told[2]!), tableEntriesOf(told[3]!)];
  const rows = statisticsOf(told[4]!);
  const perClass = (of: (one: Arrival) => number) => {
    const sums = profile.slo.classes.map(() => 0);
    for (const one of arrivals) sums[indexOf(profile.slo.classes, one.requestClass, 'class')]! += of(one);
    return sums;
  };
  return {
    process: pid,
    requests: perClass(({ came }) => came),
    inside: perClass(({ inside }) => inside),
    insideVms: perClass(({ inside, place }) => (isLambdaBackEnd(place) || place === refused ? 0 : inside)),
    spilled: arrivals.reduce((sum, { came, place }) => sum + (isLambdaBackEnd(place) ? came : 0), 0),
    inTime: answersBy(profile, answers, verdicts[0]),
    late: answersBy(profile, answers, verdicts[1]),
    latency: histogramOf(latencies),
    pools: profile.pools.map(({ name }) => poolCounts(poolBackEnd(name), arrivals, rows)),
  };
}

interface Arrival {
  readonly requestClass: string;
  readonly place: string;
  readonly came: number;
  readonly inside: number;
}

function arrivalOf({ key, http_req_cnt, conn_cur }: TableEntry): Arrival {
  const [requestClass = '', place = ''] = key.split('/');
  return { requestClass, place, came: counted(key, http_req_cnt), inside: counted(key, conn_cur) };
}

/** [class][variant] */
function answersBy(profile: ServiceProfile, answers: readonly TableEntry[], verdict: string): number[][] {
  const counts = profile.slo.classes.map(() => profile.variants.map(() => 0));
  for (const { key, gpc0 } of answers) {
    const [requestClass = '', variant = '', found = ''] = key.split('/');
    if (found !== verdict) continue;
    const index = indexOf(profile.slo.classes, requestClass, 'class');
    counts[index]![indexOf(profile.variants, variant, 'variant')]! += counted(key, gpc0);
  }
  return counts;
}

const binOfEdge: ReadonlyMap<string, number> = new Map(latencyEdges.map((edge, bin) => [String(edge), bin]));

/** A bin of HAProxy spans several of the histogram, or at some milliseconds none: its answers are put in the middle of it. */
function histogramOf(latencies: readonly TableEntry[]): Float64Array {
  const histogram = emptyHistogram();
  for (const { key, gpc0 } of latencies) {
    const bin = binOfEdge.get(key);
    if (bin === undefined) throw new SyntaxError(`show table ${tables.latencies}: ${key} is no edge of a bin`);
    const upper = latencyEdges[bin + 1] ?? latencyEdges[bin]!;
    histogram[histogramBin((latencyEdges[bin]! + upper) / 2)]! += counted(key, gpc0);
  }
  return histogram;
}

function poolCounts(backEnd: string, arrivals: readonly Arrival[], rows: readonly StatisticsRow[]): PoolCounts {
  const own = arrivals.filter(({ place }) => place === backEnd);
  const whole = rows.find(({ proxy, server }) => proxy === backEnd && server === 'BACKEND');
  if (whole === undefined) throw new SyntaxError(`show stat tells nothing of ${backEnd}`);
  const servers = rows.filter((row) => row.proxy === backEnd && row !== whole);
  const limits = servers.filter(takesRequests).map((row) => row.sessionLimit);
  const checked = servers.filter((row) => isInstance(row.server) && (takesRequests(row) || isFoundDown(row)));
  const { queued, connectMs, responseMs } = whole;
  return {
    left: own.reduce((sum, { came, inside }) => sum + came - inside, 0),
    queued: queued ?? 0,
    slots: limits.includes(null) ? null : limits.reduce<number>((sum, limit) => sum + limit!, 0),
    serviceMs: responseMs === null ? null : responseMs + (connectMs ?? 0),
    servers: new Map(checked.map((row) => [row.server, takesRequests(row)])),
  };
}

function counted(key: string, count: number | null): number {
  if (count === null) throw new SyntaxError(`${key} is not counted as Spillway's configuration counts it`);
  return count;
}

function indexOf(known: readonly { readonly name: string }[], name: string, kind: string): number {
  const index = known.findIndex((one) => one.name === name);
  if (index < 0) throw new SyntaxError(`the router counts the ${kind} ${name}, which the profile does not have`);
  return index;
}
