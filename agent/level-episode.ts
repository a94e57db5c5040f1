import type { Random } from '../env/random.ts';
import { leastRatio } from '../policies/overload-price.ts';
import type { DemandHistory } from './demand-history.ts';
import type { LevelTerms } from './level-terms.ts';
import { drawHistory, type TrainingSet } from './training-set.ts';

/** Where one level is drawn from: a trace with mean rate 1, and the terms that are varied around. */
export interface LevelSource {
  readonly set: TrainingSet;
  /** The terms are drawn around one of these. */
  readonly terms: readonly LevelTerms[];
  /** Log-standard deviation of the price ratio, the boot time and the other terms around them. */
  readonly spread: number;
  /** Share of the episodes whose terms are those of any service. */
  readonly anyService: number;
  /** Range of the fleet's mean size, drawn log-uniformly. */
  readonly meanVms: readonly [number, number];
}

export const episodeIntervals = 180;
/** Costs are followed this much further than the episode. */
export const lookAheadIntervals = 60;

/** One level of one service in one stretch of a trace. Demand is exogenous, so nothing else of the fleet is needed. */
export interface LevelEpisode {
  readonly history: DemandHistory;
  readonly terms: LevelTerms;
  readonly level: number;
  readonly unitsPerRate: number;
  /** First interval that was observed, and the first of the episode. */
  readonly first: number;
  readonly start: number;
}

export function drawEpisode(source: LevelSource, random: Random): LevelEpisode {
  const history = drawHistory(source.set, random);
  const given = source.terms[random.below(source.terms.length)]!;
  const terms =
    random.uniform() < source.anyService ? anyTerms(given, random) : varyTerms(given, source.spread, random);
  const unitsPerRate = random.logUniform(...source.meanVms);
  const start = random.below(Math.max(1, history.length - episodeIntervals));
  // Now and then a controller has just started and knows little.
  const first = random.uniform() < 0.25 ? Math.max(0, start - random.below(60)) : 0;
  const pivot = history.means[start + random.below(Math.min(episodeIntervals, history.length - start))]!;
  const level = Math.floor(pivot * unitsPerRate * 0.6 * 2.5 ** random.uniform() + random.uniform() * 0.999);
  return { history, terms, level, unitsPerRate, first, start };
}

/** Boots longer than this are trained for as if they took so long. */
const longestBoot = 12;

function varyTerms(terms: LevelTerms, spread: number, random: Random): LevelTerms {
  return {
    ...terms,
    ratio: Math.max(leastRatio, random.lognormal(terms.ratio, spread)),
    bootIntervals: Math.min(longestBoot, random.lognormal(terms.bootIntervals, spread)),
    drainIntervals: random.lognormal(terms.drainIntervals, spread),
    coldIntervals: random.lognormal(terms.coldIntervals, spread),
    delayIntervals: terms.delayIntervals + (random.uniform() < spread / 2 ? 1 + random.below(2) : 0),
  };
}

/** Of a service that may come: from VMs that serve at once to boots of a quarter of an hour, from Lambda at the price of a VM to ten times that. */
function anyTerms(terms: LevelTerms, random: Random): LevelTerms {
  return {
    ...terms,
    ratio: random.logUniform(leastRatio, 10),
    bootIntervals: random.logUniform(0.05, longestBoot),
    drainIntervals: random.logUniform(0.02, 6),
    coldIntervals: random.logUniform(0.002, 0.3),
    delayIntervals: random.uniform() < 0.5 ? 0 : 1 + random.below(3),
  };
}
