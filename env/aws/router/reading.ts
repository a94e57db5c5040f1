import { binLowerMs } from '../../histogram.ts';
import type { ServiceProfile } from '../../types.ts';
import type { RouterReading } from '../overflow-router.ts';
import type { PoolCounts, RouterCounts } from './counts.ts';

/** Counts at a time that never goes back. */
export interface Sample {
  readonly atMs: number;
  readonly counts: RouterCounts;
}

/** Whether the later counts do not go on from the earlier: HAProxy was restarted or reloaded, or its tables were cleared. */
export function beganAnew(earlier: RouterCounts, later: RouterCounts): boolean {
  const fell = (before: readonly number[], after: readonly number[]) => after.some((one, k) => one < before[k]!);
  return (
    earlier.process !== later.process ||
    fell(earlier.requests, later.requests) ||
    later.inTime.some((one, k) => fell(earlier.inTime[k]!, one)) ||
    later.late.some((one, k) => fell(earlier.late[k]!, one))
  );
}

/**
 * What was counted from the first of the samples to the last, of which there are two at least. `lostBefore`, [class], are those that
 * were counted as lost up to the first.
 */
export function readingOf(
  profile: ServiceProfile,
  samples: readonly Sample[],
  lostBefore: readonly number[],
): RouterReading {
  const [first, last] = [samples[0]!, samples.at(-1)!];
  const [before, after] = [first.counts, last.counts];
  const seconds = (last.atMs - first.atMs) / 1000;
  const inTime = change(before.inTime.map(sum), after.inTime.map(sum));
  const late = change(before.late.map(sum), after.late.map(sum));
  const requests = change(before.requests, after.requests);
  const latency = grown(before.latency, after.latency);
  const lost = change(lostBefore, lostSoFar(after, lostBefore));
  return {
    seconds,
    arrivals: arrivalRates(samples),
    classes: requests.map((count, k) => ({ requests: count, inTime: inTime[k]!, late: late[k]!, lost: lost[k]! })),
    spilled: after.spilled - before.spilled,
    answeredBy: profile.variants.map((_, variant) => answersOf(after, variant) - answersOf(before, variant)),
    queue: queueByClass(after),
    servers: after.pools.map(({ servers }) => servers),
    busyShare: after.pools.map((pool, index) => busyShare(before.pools[index]!, pool, seconds)),
    latency,
    meanLatencyMs: meanMs(latency),
  };
}

/** [class] Whoever came, is not answered and is not inside: an answer counted twice between two commands never makes it fall. */
export function lostSoFar({ requests, inside, inTime, late }: RouterCounts, atLeast: readonly number[]): number[] {
  return requests.map((count, k) => Math.max(atLeast[k] ?? 0, count - inside[k]! - sum(inTime[k]!) - sum(late[k]!)));
}

/** Per second in equal parts, as many as there are samples between; a sample that came late counts for the parts that it spans. */
function arrivalRates(samples: readonly Sample[]): number[] {
  const parts = samples.length - 1;
  const [start, end] = [samples[0]!.atMs, samples.at(-1)!.atMs];
  const partMs = (end - start) / parts;
  const upTo = (ms: number) => {
    const next = Math.max(
      1,
      samples.findIndex(({ atMs }) => atMs >= ms - 1e-6),
    );
    const [from, to] = [samples[next - 1]!, samples[next]!];
    const span = to.atMs - from.atMs;
    const share = span > 0 ? (ms - from.atMs) / span : 1;
    return sum(from.counts.requests) + share * (sum(to.counts.requests) - sum(from.counts.requests));
  };
  return Array.from({ length: parts }, (_, part) => {
    const came = upTo(start + (part + 1) * partMs) - upTo(start + part * partMs);
    return partMs > 0 ? came / (partMs / 1000) : 0;
  });
}

/** [class] An estimate: HAProxy tells one line per pool, in which the strictest are served first, so the laxest are taken to wait. */
function queueByClass({ pools, insideVms }: RouterCounts): number[] {
  let left = pools.reduce((total, { queued }) => total + queued, 0);
  const queue = insideVms.map(() => 0);
  for (let k = queue.length - 1; k >= 0; k--) {
    queue[k] = Math.min(left, insideVms[k]!);
    left -= queue[k]!;
  }
  return queue;
}

/** An estimate: those who left, times the mean time on a slot of the last 1024 of them. Null: no slot, or nothing tells. */
function busyShare(before: PoolCounts, after: PoolCounts, seconds: number): number | null {
  if (before.slots === null || after.slots === null || after.serviceMs === null) return null;
  const slotSeconds = (seconds * (before.slots + after.slots)) / 2;
  return slotSeconds > 0 ? Math.min(1, ((after.left - before.left) * after.serviceMs) / 1000 / slotSeconds) : null;
}

function answersOf({ inTime, late }: RouterCounts, variant: number): number {
  return sum(inTime.map((one) => one[variant]!)) + sum(late.map((one) => one[variant]!));
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
const change = (before: readonly number[], after: readonly number[]) => after.map((one, k) => one - before[k]!);

/** [bin] */
function grown(before: Float64Array, after: Float64Array): Float64Array {
  const more = new Float64Array(after.length);
  for (let bin = 0; bin < more.length; bin++) more[bin] = Math.max(0, after[bin]! - before[bin]!);
  return more;
}

/** From the bins. */
function meanMs(latency: Float64Array): number | null {
  let [count, total] = [0, 0];
  for (let bin = 0; bin < latency.length; bin++) {
    if (latency[bin] === 0) continue;
    count += latency[bin]!;
    total += (latency[bin]! * (binLowerMs(bin) + binLowerMs(bin + 1))) / 2;
  }
  return count > 0 ? total / count : null;
}
