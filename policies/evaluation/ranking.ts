import type { Evaluation, Result } from './json.ts';

export interface Ranked extends Result {
  readonly missesAttainment: boolean;
  readonly missesAccuracy: boolean;
  /** The first of its trace that keeps every promise. */
  readonly isBest: boolean;
}

/** Accuracies are sums of rounded decimals; a mean that equals the floor must not miss it by an ulp. */
const accuracyTolerance = 1e-9;

/** The results of one trace: those that keep the service's promises first, each part by rising cost. */
export function ranking(evaluation: Evaluation, trace: string): Ranked[] {
  const judged = evaluation.results
    .filter((result) => result.trace === trace)
    .map((result) => judge(result, evaluation.slo))
    .sort((a, b) => Number(isBroken(a)) - Number(isBroken(b)) || a.usd - b.usd);
  return judged.map((one, place) => ({ ...one, isBest: place === 0 && !isBroken(one) }));
}

/** Where nothing was asked, nothing was missed. */
function judge(result: Result, slo: Evaluation['slo']): Omit<Ranked, 'isBest'> {
  return {
    ...result,
    missesAttainment: result.attainment.all !== null && result.attainment.all < slo.attainment,
    missesAccuracy: result.accuracy !== null && result.accuracy < slo.accuracyFloor - accuracyTolerance,
  };
}

function isBroken(one: Omit<Ranked, 'isBest'>): boolean {
  return one.missesAttainment || one.missesAccuracy;
}
