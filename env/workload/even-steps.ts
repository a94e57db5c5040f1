import { InputProblem } from '../problem.ts';
import { leastEpochSeconds } from './moment.ts';
import type { CountSource, TimedCount } from './timed-count.ts';

/** Half a year of seconds: more steps than anybody means, and than memory should be asked for. */
export const mostSteps = 15_552_000;
/** A time may be off its step by this part of it: programs round, and scrapes come late. */
const tolerance = 0.1;

/** What was counted, step by step from the first that is there to the last. */
export interface EvenSteps {
  /** Null: the times count from their own beginning. */
  readonly beganAtMs: number | null;
  readonly stepSeconds: number;
  /** [step] Requests; null: it is not there; NaN: it is there, but nobody knows. */
  readonly counts: readonly (number | null)[];
  /** Series of which more than one was added up. */
  readonly series: number;
  /** Steps of which two files tell different counts. */
  readonly disputed: number;
}

/** Which values the files hold: null: what their format says, or whole counts where it says nothing. */
export type Meaning = 'counts' | 'rates' | null;

/**
 * Several files of one service in one row of steps. Series within a file are added up. Where files overlap, the larger count of a step is taken:
 * the newest step of an export is not over yet, and so too low.
 */
export function evenSteps(sources: readonly CountSource[], meaning: Meaning): EvenSteps {
  const files = sources.map((source) => ({ source, counts: summed(source, meaning) }));
  const times = risingTimes(files.map(({ counts }) => counts));
  const [fromMs, toMs] = [times[0], times.at(-1)];
  const { file } = sources[0]!;
  if (fromMs === undefined || toMs === undefined || times.length < 2) {
    throw new InputProblem(
      `${file}: holds ${times.length === 1 ? 'one time' : 'no time'}, but must hold 2 at least: export a longer span.`,
    );
  }
  const stepMs = commonStep(times);
  const steps = Math.round((toMs - fromMs) / stepMs) + 1;
  if (steps > mostSteps) {
    throw new InputProblem(
      `${file}: spans ${steps} steps of ${stepMs / 1000} s, but must span at most ${mostSteps}: is one of its times wrong?`,
    );
  }
  const factor = meaning === 'rates' ? stepMs / 1000 : 1;
  const counts: (number | null)[] = new Array(steps).fill(null);
  let disputed = 0;
  for (const { source, counts: found } of files) {
    for (const { atMs, value, line } of found.values()) {
      const step = stepOf(atMs - fromMs, stepMs, () => placeOf(source, line));
      if (value === null) continue;
      const known = counts[step] ?? Number.NaN;
      if (Number.isNaN(known) || Number.isNaN(value)) counts[step] = Number.isNaN(known) ? value * factor : known;
      else {
        if (known !== value * factor) disputed++;
        counts[step] = Math.max(known, value * factor);
      }
    }
  }
  const beganAtMs = fromMs < 1000 * leastEpochSeconds ? null : fromMs;
  const series = sources.reduce((most, source) => Math.max(most, source.series.length), 0);
  return { beganAtMs, stepSeconds: stepMs / 1000, counts: whole(counts), series, disputed };
}

/** Each once; typed, since a month of seconds is millions. */
function risingTimes(files: readonly ReadonlyMap<number, TimedCount>[]): Float64Array {
  const all = new Float64Array(files.reduce((sum, { size }) => sum + size, 0));
  let next = 0;
  for (const counts of files) for (const atMs of counts.keys()) all[next++] = atMs;
  return all.sort().filter((atMs, index) => index === 0 || atMs !== all[index - 1]);
}

function summed(source: CountSource, meaning: Meaning): Map<number, TimedCount> {
  const isWhole = meaning === null && source.kind !== 'cloudwatch';
  const all = source.series.map((counts) => onceEach(counts, source));
  const [first = new Map<number, TimedCount>(), ...others] = all;
  for (const counts of all) for (const one of counts.values()) checkValue(one, isWhole, source);
  for (const counts of others) {
    for (const [atMs, one] of counts) {
      const before = first.get(atMs)?.value ?? null;
      first.set(atMs, {
        ...one,
        value: before === null && one.value === null ? null : (before ?? 0) + (one.value ?? 0),
      });
    }
  }
  if (first.size === 0)
    throw new InputProblem(`${source.file}: holds no counts: export a span in which there are some.`);
  return first;
}

function placeOf({ file, kind }: CountSource, line: number): string {
  return kind === 'table' ? `${file}:${line}` : `${file}, value ${line}`;
}

/** What was exported twice is there once; what is there twice and different, nobody can choose between. */
function onceEach(counts: readonly TimedCount[], source: CountSource): Map<number, TimedCount> {
  const once = new Map<number, TimedCount>();
  for (const one of counts) {
    const other = once.get(one.atMs);
    if (other !== undefined && !Object.is(other.value, one.value)) {
      throw new InputProblem(
        `${placeOf(source, one.line)}: tells ${one.value ?? 'nothing'} of the time of which ${placeOf(source, other.line)} tells ${other.value ?? 'nothing'}: give one count for each time, in UTC if the clocks were changed.`,
      );
    }
    once.set(one.atMs, one);
  }
  return once;
}

function checkValue({ value, line }: TimedCount, isWhole: boolean, source: CountSource): void {
  if (value === null || Number.isNaN(value)) return;
  if (value < 0) {
    throw new InputProblem(
      `${placeOf(source, line)}: the count is ${value}, but must be at least 0: export counts, not changes.`,
    );
  }
  if (isWhole && !Number.isInteger(value)) {
    throw new InputProblem(
      `${placeOf(source, line)}: the count is ${value}, which is no whole number: say --values rates where these are requests per second, or --values counts.`,
    );
  }
}

/** The distance that most neighbours have, the smaller one where two are as frequent. */
function commonStep(times: Float64Array): number {
  const frequent = new Map<number, number>();
  for (let at = 1; at < times.length; at++) {
    const gap = times[at]! - times[at - 1]!;
    frequent.set(gap, (frequent.get(gap) ?? 0) + 1);
  }
  const [first, ...rest] = frequent;
  return rest.reduce(
    (best, one) => (one[1] > best[1] || (one[1] === best[1] && one[0] < best[0]) ? one : best),
    first!,
  )[0];
}

function stepOf(sinceMs: number, stepMs: number, place: () => string): number {
  const step = Math.round(sinceMs / stepMs);
  if (Math.abs(sinceMs - step * stepMs) <= tolerance * stepMs) return step;
  throw new InputProblem(
    `${place()}: its time is not on the steps of ${stepMs / 1000} s that the others are on: export all of it with one period.`,
  );
}

/** Rates and increases come in fractions: what is rounded off goes on to the next step, so that nothing is lost. */
function whole(counts: readonly (number | null)[]): (number | null)[] {
  let rest = 0;
  return counts.map((count) => {
    if (count === null || Number.isNaN(count)) return count;
    const rounded = Math.max(0, Math.round(count + rest));
    rest += count - rounded;
    return rounded;
  });
}
