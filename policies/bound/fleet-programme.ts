import type { PriceBook, ServiceProfile } from '../../env/types.ts';
import { vmUsdPerSecond } from '../economics.ts';
import { boundedPool } from './bounded-pool.ts';
import type { Demand } from './demand.ts';
import { launchSeconds } from './launch-seconds.ts';
import { type Entry, LinearProgramme } from './linear-programme.ts';
import type { Option } from './request-cost.ts';

/** Requests of classes that have the same ways. */
interface Kind {
  readonly share: number;
  readonly options: readonly Option[];
}

export interface FleetProgramme {
  readonly programme: LinearProgramme;
  /** Dollars are written as multiples of this, so that the solver's tolerances mean something. */
  readonly unitUsd: number;
  readonly missRow: number;
  readonly accuracyRow: number;
}

/**
 * The relaxation of `costBound` as a linear programme over several pools: for each step and pool the mean VMs, which are divisible, and those
 * launched; for each kind of request how many are dealt with in which way. The misses and the accuracy of all steps together are two rows.
 * Means over steps launch no more than what they are means of, so longer steps keep it a bound.
 *
 * @param options [class][option]
 */
export function fleetProgramme(
  profile: ServiceProfile,
  prices: PriceBook,
  demand: Demand,
  options: readonly (readonly Option[])[],
  missedRequests: number,
): FleetProgramme {
  const programme = new LinearProgramme();
  const kinds = kindsOf(profile, options);
  const usdPerSecond = profile.pools.map((_, pool) => vmUsdPerSecond(profile, prices, pool));
  const unitUsd = Math.min(...usdPerSecond) * demand.seconds[0]!;
  const missRow = programme.row(Number.NEGATIVE_INFINITY, missedRequests);
  const accuracyRow = programme.row(Number.NEGATIVE_INFINITY, 0);
  const capacityRows = fleetColumns(programme, profile, usdPerSecond, demand, unitUsd);
  for (const [step, rate] of demand.rates.entries()) {
    const seconds = demand.seconds[step]!;
    for (const { share, options: ways } of kinds) {
      const served = programme.row(rate * share, rate * share);
      for (const { vmUsd, pool, lambdaUsd, accuracyLack, missShare } of ways) {
        const work: Entry[] = pool === null ? [] : [[capacityRows[pool]![step]!, vmUsd / usdPerSecond[pool]!]];
        programme.column({
          usd: (seconds * lambdaUsd) / unitUsd,
          entries: [[served, 1], ...work, [missRow, seconds * missShare], [accuracyRow, seconds * accuracyLack]],
        });
      }
    }
  }
  return { programme, unitUsd, missRow, accuracyRow };
}

/** [pool][step] The rows that hold the work below the VMs. */
function fleetColumns(
  programme: LinearProgramme,
  profile: ServiceProfile,
  usdPerSecond: readonly number[],
  { seconds }: Demand,
  unitUsd: number,
): number[][] {
  const last = seconds.length - 1;
  return profile.pools.map(boundedPool).map(({ min, max, boot, drainSeconds }, pool) => {
    const price = usdPerSecond[pool]! / unitUsd;
    const capacity = Array.from(seconds, () => programme.row(Number.NEGATIVE_INFINITY, 0));
    // Launches less what came more: at least 0, and what is above it has stopped.
    const launched = Array.from(seconds, () => programme.row(0, Number.POSITIVE_INFINITY));
    for (let step = 0; step <= last; step++) {
      const stops = drainSeconds * (Number(step === 0) - Number(step === last));
      const rows: Entry[] = [[capacity[step]!, -1]];
      if (step > 0) rows.push([launched[step]!, -1]);
      if (step < last) rows.push([launched[step + 1]!, 1]);
      programme.column({ usd: price * (seconds[step]! + stops), least: min, most: max, entries: rows });
      programme.column({ usd: price * (launchSeconds(boot) + drainSeconds), entries: [[launched[step]!, 1]] });
    }
    return capacity;
  });
}

function kindsOf({ slo }: ServiceProfile, options: readonly (readonly Option[])[]): Kind[] {
  const kinds = new Map<string, Kind>();
  for (const [index, ofClass] of options.entries()) {
    const ways = ofClass.filter((one, place) => !ofClass.some((other, at) => isNoBetter(one, other, at < place)));
    const key = JSON.stringify(ways);
    kinds.set(key, { share: (kinds.get(key)?.share ?? 0) + slo.classes[index]!.share, options: ways });
  }
  return [...kinds.values()];
}

/** Whether another option is as good in every respect; of two that are the same the first stays. */
function isNoBetter(one: Option, other: Option, isFirst: boolean): boolean {
  if (one === other || (other.pool !== null && other.pool !== one.pool)) return false;
  const gaps = [
    one.vmUsd - other.vmUsd,
    one.lambdaUsd - other.lambdaUsd,
    one.accuracyLack - other.accuracyLack,
    one.missShare - other.missShare,
  ];
  return gaps.every((gap) => gap >= 0) && (isFirst || gaps.some((gap) => gap > 0));
}
