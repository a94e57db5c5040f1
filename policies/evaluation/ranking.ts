import type { Evaluation, Result } from './json.ts';

export interface Ranked extends Result {
  readonly missesAttainment: boolean;
  readonly missesAccuracy: boolean;
  /** The first of its trace that keeps every promise and does not know the future. */
  readonly isBest: boolean;
}

/** Accuracies are sums of rounded decimals; a mean that equals the floor must not miss it by an ulp. */
const accuracyTolerance = 1e-9;

/** The results of one trace: those that keep the service's promises first, each part by rising cost. */
export function ranking({ results, slo }: Pick<Evaluation, 'results' | 'slo'>, trace: string): Ranked[] {
  const judged = results
    .filter((result) => result.trace === trace)
    .map((result) => ({ ...result, ...misses(result, slo) }))
    .sort((a, b) => Number(isBroken(a)) - Number(isBroken(b)) || a.usd - b.usd);
  const best = judged.find((one) => !isBroken(one) && one.kind !== 'clairvoyant');
  return judged.map((one) => ({ ...one, isBest: one === best }));
}

/** Where nothing was asked, nothing was missed. */
export function misses(
  { attainment, accuracy }: Pick<Result, 'attainment' | 'accuracy'>,
  slo: Evaluation['slo'],
): Pick<Ranked, 'missesAttainment' | 'missesAccuracy'> {
  return {
    missesAttainment: attainment.all !== null && attainment.all < slo.attainment,
    missesAccuracy: accuracy !== null && accuracy < slo.accuracyFloor - accuracyTolerance,
  };
}

function isBroken(one: Pick<Ranked, 'missesAttainment' | 'missesAccuracy'>): boolean {
  return one.missesAttainment || one.missesAccuracy;
}

/** Where nobody is best: what is true of the ranked ones. */
export function nobodyText(ranked: readonly Ranked[]): string {
  const isYardstick = ranked.some((one) => one.kind === 'clairvoyant' && !isBroken(one));
  return isYardstick ? 'only who knows the future keeps the promise' : 'no policy keeps the promise';
}
