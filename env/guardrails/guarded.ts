import { InputProblem } from '../problem.ts';
import type { Action, Environment, Observation, Outcome, PriceBook, ServiceProfile } from '../types.ts';
import { vmUsdPerHour } from '../vm-price.ts';
import { blackout } from './blackout.ts';
import { bounds } from './bounds.ts';
import { disruptionBudget } from './disruption-budget.ts';
import { dwell } from './dwell.ts';
import { freshLimitSeconds, freshness, isTrusted } from './freshness.ts';
import { growthCap } from './growth-cap.ts';
import { haltOf } from './halt.ts';
import { hindered } from './hindered.ts';
import { type CountsAt, History } from './history.ts';
import { killSwitch } from './kill-switch.ts';
import type { Limits } from './limits.ts';
import { scaleInDelay } from './scale-in-delay.ts';
import type { Guardrail, Situation } from './situation.ts';
import { checkSpotShare, spotShare } from './spot-share.ts';
import { startUp } from './start-up.ts';
import { stepCap } from './step-cap.ts';
import { type KillSwitch, readKillSwitch, strictest } from './switch-state.ts';
import { unhealthyLaunches } from './unhealthy-launches.ts';
import { usdCap } from './usd-cap.ts';

/** First what keeps VMs, then what keeps them from being launched: a cut that is held counts against the cap of dollars. */
export const guardrails = {
  bounds,
  'spot-share': spotShare,
  dwell,
  'start-up': startUp,
  'scale-in-delay': scaleInDelay,
  freshness,
  'disruption-budget': disruptionBudget,
  'step-cap': stepCap,
  'unhealthy-launches': unhealthyLaunches,
  'growth-cap': growthCap,
  blackout,
  'usd-cap': usdCap,
  hindered,
  'kill-switch': killSwitch,
} as const satisfies Readonly<Record<string, Guardrail>>;

export type GuardrailName = keyof typeof guardrails;
export const guardrailNames = Object.keys(guardrails) as readonly GuardrailName[];

/** A guardrail that changed the action, and its sentence. */
export interface Intervention {
  readonly guardrail: GuardrailName;
  readonly said: string;
}

/** What became of an action. */
export interface Bounding {
  readonly wanted: Action;
  readonly applied: Action;
  readonly interventions: readonly Intervention[];
}

export interface GuardedOptions {
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  readonly limits: Limits;
  /** Wall time at an observation. */
  readonly wallTime: (observation: Observation) => Date;
  /** Another kill switch beside the file of the limits. */
  readonly killSwitch?: () => Promise<KillSwitch>;
  /** Told before each step why nothing may be changed, or null: what no new action asks for (a rollout's next step) rests too. */
  readonly halt?: (why: string | null) => void;
}

/** All guardrails in turn. Pure. */
export function boundAction(wanted: Action, situation: Situation): Bounding {
  let action = wanted;
  const interventions: Intervention[] = [];
  for (const guardrail of guardrailNames) {
    const bounded = guardrails[guardrail](action, situation);
    action = bounded.action;
    if (bounded.said !== null) interventions.push({ guardrail, said: bounded.said });
  }
  return { wanted, applied: action, interventions };
}

/** An environment that does no more than the limits allow, whatever it is asked to do. */
export class GuardedEnvironment implements Environment {
  readonly #inner: Environment;
  readonly #options: GuardedOptions;
  readonly #usdPerHour: readonly number[];
  readonly #history: History;
  #observation: Observation | null = null;
  #last: Bounding | null = null;

  constructor(inner: Environment, options: GuardedOptions) {
    this.#inner = inner;
    this.#options = options;
    this.#usdPerHour = options.profile.pools.map((pool) => vmUsdPerHour(pool, options.prices)!);
    this.#history = new History(options.profile);
    checkAffordable(options, this.#usdPerHour);
    checkSpotShare(options.profile, options.limits);
  }

  /** What became of the newest action; null before the first. */
  get last(): Bounding | null {
    return this.#last;
  }

  /** [pool] VMs that one decision in twenty of the last day exceeded; null before the first. */
  usuallyNeeded(): number[] | null {
    return this.#history.usuallyNeeded();
  }

  /** What an earlier run needed, the oldest first, in the environment's time. */
  recall(needs: readonly CountsAt[]): void {
    this.#history.recall(needs);
  }

  async observe(): Promise<Observation> {
    this.#observation = await this.#inner.observe();
    return this.#observation;
  }

  /** Bounded by what was observed last: what is not known is not assumed. */
  async step(wanted: Action): Promise<Outcome> {
    const observation = this.#observation ?? (await this.observe());
    const situation = await this.#situation(observation, wanted);
    const bounding = boundAction(wanted, situation);
    this.#options.halt?.(haltOf(situation));
    this.#last = bounding;
    this.#history.did(observation, bounding.applied);
    this.#observation = null;
    return this.#inner.step(bounding.applied);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  async #situation(observation: Observation, wanted: Action): Promise<Situation> {
    const { profile, prices, limits, wallTime, killSwitch: remote } = this.#options;
    const history = this.#history;
    const seen = { profile, limits, observation, history, usdPerHour: this.#usdPerHour, at: wallTime(observation) };
    const { lambdaProvisionedUsdPerGbSecond } = prices;
    const situation = {
      ...seen,
      lambdaProvisionedUsdPerGbSecond,
      killSwitch: strictest(await Promise.all([readKillSwitch(limits.killSwitch), remote?.() ?? 'clear'])),
    };
    // A wish of NaN VMs must not stand in the history that the next decisions are held against, nor one for VMs that may not be on spot.
    const isTrustedNow = isTrusted(observation.arrivals, freshLimitSeconds(situation));
    const wish = spotShare(bounds(wanted, situation).action, situation).action;
    history.saw(observation, wish, isTrustedNow);
    return situation;
  }
}

function checkAffordable({ profile, limits }: GuardedOptions, usdPerHour: readonly number[]): void {
  const least = profile.pools.reduce((sum, { min }, pool) => sum + min * usdPerHour[pool]!, 0);
  if (limits.usdPerHour === null || least <= limits.usdPerHour) return;
  throw new InputProblem(
    `limits: usdPerHour is ${limits.usdPerHour}, but must be at least ${Number(least.toPrecision(6))}, what the fewest VMs of ${profile.name} cost: raise it, or lower the minimum of a pool.`,
  );
}
