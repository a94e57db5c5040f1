import { addHistograms, emptyHistogram } from '../../histogram.ts';
import { addOutcomes, emptyOutcome } from '../../outcome.ts';
import { OutcomeUnknown } from '../../outcome-unknown.ts';
import type { Outcome, PriceBook, ServiceProfile } from '../../types.ts';
import { vmUsdPerHour } from '../../vm-price.ts';
import type { FleetAccount } from '../fleet/fleet-account.ts';
import type { ActionLog } from './action-log.ts';
import { type LambdaUse, noLambdaUse } from './lambda-use.ts';
import type { Traffic } from './traffic.ts';

/**
 * Gathers what becomes known of the past until it is told, each thing once. What is known of the requests comes from the router or
 * from the minutes of CloudWatch that are final; VM time from the fleet's readings at list price; Lambda's work from CloudWatch in any case, so
 * that beside a router it is told minutes after the requests that caused it. Sums over a run are right, but for its last minutes.
 */
export class OutcomeReader {
  readonly #profile: ServiceProfile;
  readonly #nothing: Outcome;
  readonly #prices: PriceBook;
  readonly #fleet: FleetAccount;
  readonly #actions: ActionLog;
  /** Without latencies, of which most parts have none. */
  #gathered: Outcome;
  /** In the bins of env/histogram.ts; null: none yet. */
  #latency: Float64Array | null = null;
  #areRequestsKnown = false;

  constructor(profile: ServiceProfile, prices: PriceBook, fleet: FleetAccount, actions: ActionLog) {
    this.#profile = profile;
    this.#prices = prices;
    this.#fleet = fleet;
    this.#actions = actions;
    this.#nothing = { ...emptyOutcome(profile), latency: new Float64Array() };
    this.#gathered = this.#nothing;
  }

  /** False: of these requests too little is known to be told. */
  tookRequests(traffic: Traffic, readySlotSeconds: readonly number[]): boolean {
    const { classes, accuracySum, latency, spilled, throttled } = traffic;
    if (classes === null || accuracySum === null || latency === null || spilled === null) return false;
    const busySlotSeconds = traffic.busySlotSeconds.map((busy, pool) => Math.min(busy ?? 0, readySlotSeconds[pool]!));
    const insideChange = classes.reduce((sum, one) => sum + one.requests - one.inTime - one.late - one.lost, 0);
    this.#latency = this.#latency === null ? latency : addHistograms(this.#latency, latency);
    this.#add({ classes, accuracySum, spilled, throttled: throttled ?? 0, busySlotSeconds, insideChange });
    this.#areRequestsKnown = true;
    return true;
  }

  tookLambda({ computeUsd, requestsUsd, coldStarts }: LambdaUse = noLambdaUse): void {
    this.#add({
      coldStarts,
      usd: { vm: 0, lambdaCompute: computeUsd, lambdaRequests: requestsUsd, lambdaProvisioned: 0 },
    });
  }

  /** All that was gathered, and the fleet up to then. Nothing is lost by its refusal: it is told the next time. */
  tell(untilMs: number): Outcome {
    if (!this.#areRequestsKnown) {
      throw new OutcomeUnknown(
        'No minute has become final since the last step: what came of it is told with the next that does.',
      );
    }
    this.#addFleet(untilMs);
    const told = { ...this.#gathered, latency: this.#latency ?? emptyHistogram() };
    this.#gathered = this.#nothing;
    this.#latency = null;
    this.#areRequestsKnown = false;
    return told;
  }

  #addFleet(untilMs: number): void {
    const time = this.#fleet.tellUntil(untilMs);
    if (time === null) return;
    const { seconds, vmSeconds, readySlotSeconds, launches, terminations, interruptions } = time;
    const perHour = this.#profile.pools.map((pool) => vmUsdPerHour(pool, this.#prices) ?? 0);
    const vm = vmSeconds.reduce((sum, one, pool) => sum + (one * perHour[pool]!) / 3600, 0);
    const usd = { vm, lambdaCompute: 0, lambdaRequests: 0, lambdaProvisioned: this.#provisionedUsd(seconds, untilMs) };
    this.#add({ seconds, vmSeconds, readySlotSeconds, launches, terminations, interruptions, usd });
  }

  #provisionedUsd(seconds: number, untilMs: number): number {
    const { lambdaMemoryMb, lambdaProvisioned = 0 } = this.#actions.at(untilMs) ?? { lambdaMemoryMb: 0 };
    return seconds * lambdaProvisioned * (lambdaMemoryMb / 1024) * this.#prices.lambdaProvisionedUsdPerGbSecond;
  }

  #add(part: Partial<Outcome>): void {
    this.#gathered = addOutcomes(this.#gathered, { ...this.#nothing, ...part });
  }
}
