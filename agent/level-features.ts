import type { DemandHistory } from './demand-history.ts';
import type { LevelTerms } from './level-terms.ts';

/** A level at a decision. */
export interface LevelState {
  /** 0 off, 1 booting, 2 on. */
  readonly mode: number;
  /** Decision intervals since the launch; counts while it boots. */
  readonly intervalsInMode: number;
}

const useLags = [1, 2, 3, 4, 5, 7, 10, 15, 20, 30];
const useWindows = [3, 5, 10, 15, 30, 60];
const phases = [30, 60, 120, 1440];
const distanceWindows = [1, 3, 10, 30];
const loadLags = [2, 3, 5, 10, 15, 30, 60, 90];
const worthWindows = [3, 10, 30, 60];
const longestWindow = 60;
/** Intervals of demand that a level looks back at. */
export const longestLookBack = 1440 + longestWindow;
const newestBins = [0, 1, 2, 3, 4, 5];

/** What a level sees of the demand and its terms, whatever its own state is. */
const contextFeatures = [
  ...useLags.map((lag) => `use of the level ${lag} back`),
  ...useWindows.map((window) => `mean use over ${window}`),
  'largest use over 10',
  'share of the last 30 mostly used',
  ...phases.flatMap((phase) => [`use ${phase} ago, soon`, `use ${phase} ago, later`, `${phase} ago is known`]),
  ...distanceWindows.map((window) => `distance to the load of ${window}, over load`),
  'distance to the load, over its root',
  'distance to the load of 10, over its root',
  ...loadLags.map((lag) => `load over load ${lag} back`),
  'slope of the load',
  'spread in the newest interval',
  'peak of the newest interval',
  'logarithm of the load',
  'volatility over 10',
  'volatility over 30',
  ...newestBins.map((bin) => `use of the level, ${bin} sixths of the newest interval back`),
  'logarithm of the price ratio',
  'inverse of the price ratio',
  'logarithm of the boot',
  'drain',
  'delay of metrics',
  'cold-start surcharge',
  'history',
  ...worthWindows.map((window) => `what a VM saves, mean over ${window}`),
  'owed for not having the VM',
  'owed for having it',
] as const;

export const levelFeatures = [...contextFeatures, 'is off', 'is booting', 'is on', 'boot done'] as const;
/** The features from here on tell the level's own state. */
export const stateOffset = contextFeatures.length;

/** Uses of the level in the last intervals, newest first; filled once per call. */
const uses = new Float32Array(longestWindow);

/** Writes a row: the context and the state. */
export function writeLevelFeatures(
  history: DemandHistory,
  first: number,
  now: number,
  level: number,
  unitsPerRate: number,
  state: LevelState,
  terms: LevelTerms,
  into: Float32Array,
  offset: number,
): void {
  writeLevelContext(history, first, now, level, unitsPerRate, terms, into, offset);
  writeLevelState(state, terms, into, offset + stateOffset);
}

/** Nothing of a level's past is in it but what the boot has come to, so that a state is all that the future depends on. */
export function writeLevelState(state: LevelState, terms: LevelTerms, into: Float32Array, offset: number): void {
  const { mode, intervalsInMode } = state;
  into[offset] = mode === 0 ? 1 : 0;
  into[offset + 1] = mode === 1 ? 1 : 0;
  into[offset + 2] = mode === 2 ? 1 : 0;
  // A boot that takes longer than foreseen is as good as done.
  const done = Math.min(intervalsInMode, Math.ceil(terms.bootIntervals) - 1);
  into[offset + 3] = mode === 1 ? done / terms.bootIntervals : 0;
}

/**
 * Writes what a level sees but for its state: how much of it was used, where it stands to the load, how the load moves, and its terms.
 * `now` is the first interval that is not known yet, `first` the first that is; demand times `unitsPerRate` is in VMs.
 * Lags and windows are in decision intervals. The clock is left out: traces spike at certain minutes, services elsewhere.
 */
export function writeLevelContext(
  history: DemandHistory,
  first: number,
  now: number,
  level: number,
  unitsPerRate: number,
  terms: LevelTerms,
  into: Float32Array,
  offset: number,
): void {
  let at = offset;
  const known = now - first;
  const newest = Math.min(known, longestWindow);
  for (let back = 0; back < newest; back++) uses[back] = history.levelUse(now - 1 - back, level, unitsPerRate);
  if (newest === 0) uses[0] = 0;
  for (let back = Math.max(newest, 1); back < longestWindow; back++) uses[back] = uses[Math.max(newest, 1) - 1]!;

  for (const lag of useLags) into[at++] = uses[lag - 1]!;
  let sum = 0;
  let back = 0;
  let largest = 0;
  let mostly = 0;
  for (const window of useWindows) {
    for (; back < window; back++) {
      sum += uses[back]!;
      if (back < 10 && uses[back]! > largest) largest = uses[back]!;
      if (back < 30 && uses[back]! > 0.5) mostly++;
    }
    into[at++] = sum / window;
  }
  into[at++] = largest;
  into[at++] = mostly / 30;
  for (const phase of phases) {
    const isKnown = phase <= known;
    into[at++] = isKnown ? meanUse(history, now - phase, Math.min(5, phase), level, unitsPerRate) : 0;
    into[at++] = isKnown ? meanUse(history, now - phase + 5, 10, level, unitsPerRate) : 0;
    into[at++] = isKnown ? 1 : 0;
  }
  at = writeLoad(history, first, now, level, unitsPerRate, into, at);
  for (const bin of newestBins) into[at++] = clip(newestUse(history, first, now, bin, level, unitsPerRate), 1.5);
  into[at++] = Math.log(terms.ratio);
  into[at++] = 1 / terms.ratio;
  into[at++] = Math.log(terms.bootIntervals);
  into[at++] = terms.drainIntervals;
  into[at++] = terms.delayIntervals;
  into[at++] = Math.log1p(terms.coldIntervals * terms.coldFactor);
  into[at++] = Math.log1p(Math.min(known, 1440)) / 7;
  writeWorth(terms, into, at);
}

/**
 * What the level's VM saves, and the two accounts of ski rental over the last hour, in launches: what the level has cost elsewhere beyond its VM,
 * and the VM beyond elsewhere (break-even rule: Karlin et al. 1988). A network that multiplies poorly is spared the product of price and use.
 */
function writeWorth({ ratio, bootIntervals }: LevelTerms, into: Float32Array, offset: number): void {
  let at = offset;
  let sum = 0;
  let back = 0;
  for (const window of worthWindows) {
    for (; back < window; back++) sum += uses[back]!;
    into[at++] = clip((ratio * sum) / window - 1, 3);
  }
  let without = 0;
  let having = 0;
  for (let past = longestWindow - 1; past >= 0; past--) {
    const worth = ratio * uses[past]! - 1;
    without = Math.max(0, without + worth);
    having = Math.max(0, having - worth);
  }
  into[at++] = Math.log1p(without / bootIntervals);
  into[at++] = Math.log1p(having / bootIntervals);
}

/** The load, the level's distance to it, and how it has moved. */
function writeLoad(
  history: DemandHistory,
  first: number,
  now: number,
  level: number,
  unitsPerRate: number,
  into: Float32Array,
  offset: number,
): number {
  let at = offset;
  const load = loadAt(history, first, now, 1, unitsPerRate);
  const middle = level + 0.5;
  let mean10 = load;
  for (const window of distanceWindows) {
    const mean = window === 1 ? load : meanLoad(history, first, now, window, unitsPerRate);
    if (window === 10) mean10 = mean;
    into[at++] = clip((middle - mean) / mean, 3);
  }
  into[at++] = clip((middle - load) / Math.sqrt(load), 5);
  into[at++] = clip((middle - mean10) / Math.sqrt(mean10), 5);
  const logarithm = Math.log(load);
  for (const lag of loadLags)
    into[at++] = clip(logarithm - Math.log(loadAt(history, first, now, lag, unitsPerRate)), 3);
  into[at++] = clip((load - loadAt(history, first, now, 3, unitsPerRate)) / load, 3);
  const newest = now - 1;
  const isKnown = newest >= first;
  into[at++] = isKnown ? clip((history.spreads[newest]! * unitsPerRate) / load, 3) : 0;
  into[at++] = isKnown ? clip((history.peaks[newest]! * unitsPerRate) / load - 1, 3) : 0;
  into[at++] = logarithm;
  into[at++] = volatility(history, first, now, 10);
  into[at++] = volatility(history, first, now, 30);
  return at;
}

/** Mean use over `count` intervals from `start` on. */
function meanUse(history: DemandHistory, start: number, count: number, level: number, unitsPerRate: number): number {
  let sum = 0;
  for (let interval = start; interval < start + count; interval++)
    sum += history.levelUse(interval, level, unitsPerRate);
  return sum / count;
}

/** Demand above the level so many sixths of an interval before the end of the newest; a little below 0 tells how far it is away. */
function newestUse(
  history: DemandHistory,
  first: number,
  now: number,
  back: number,
  level: number,
  unitsPerRate: number,
): number {
  if (now <= first) return 0;
  const perInterval = history.binsPerInterval;
  const bin = Math.floor(((5 - back) * perInterval) / 6);
  return Math.max(-0.5, history.bins[(now - 1) * perInterval + bin]! * unitsPerRate - level);
}

/** Never 0, so that it can be divided by: an empty service has the load of a hundredth of a VM. */
function loadAt(history: DemandHistory, first: number, now: number, lag: number, unitsPerRate: number): number {
  const interval = Math.max(first, now - lag);
  return 0.01 + (interval < now ? history.means[interval]! * unitsPerRate : 0);
}

function meanLoad(history: DemandHistory, first: number, now: number, window: number, unitsPerRate: number): number {
  const start = Math.max(first, now - window);
  let sum = 0;
  for (let interval = start; interval < now; interval++) sum += history.means[interval]!;
  return 0.01 + (now > start ? (sum / (now - start)) * unitsPerRate : 0);
}

/** Root mean square of the relative steps from interval to interval. */
function volatility(history: DemandHistory, first: number, now: number, window: number): number {
  const start = Math.max(first + 1, now - window);
  let sum = 0;
  for (let interval = start; interval < now; interval++) {
    const before = history.means[interval - 1]!;
    const step = (history.means[interval]! - before) / (before + 1e-6);
    sum += Math.min(step * step, 9);
  }
  return now > start ? Math.sqrt(sum / (now - start)) : 0;
}

function clip(value: number, bound: number): number {
  return Math.max(-bound, Math.min(bound, value));
}
