import type { Limits } from '../env/guardrails/limits.ts';
import type { Observation, ServiceProfile } from '../env/types.ts';
import { arrivalsKnown } from './guard.ts';
import type { LadderVerdict } from './ladder-verdict.ts';

/** What there is to fall back on when nobody knows better for long. */
export interface LastResorts {
  /** Whether a scaling policy was declared that can take the fleet. */
  readonly canHandBack: boolean;
  /** [pool] VMs that one decision in twenty of the last day exceeded; null: not known. */
  usuallyNeeded(): readonly number[] | null;
}

/**
 * Holding is right for a while. Without arrivals for longer, the fleet gets a floor: what is there, and what the last day usually needed.
 * After that, whatever is held for, the fleet is handed back to the scaling policies that were declared for it, until there was a decision
 * worth making for a whole probation.
 */
export class Patience {
  readonly #profile: ServiceProfile;
  readonly #conditions: Limits['ladder'];
  readonly #resorts: LastResorts;
  #absentSince: number | null = null;
  #heldSince: number | null = null;
  #handedBack: string | null = null;
  #good = 0;

  constructor(profile: ServiceProfile, conditions: Limits['ladder'], resorts: LastResorts) {
    this.#profile = profile;
    this.#conditions = conditions;
    this.#resorts = resorts;
  }

  settle(verdict: LadderVerdict, observation: Observation): LadderVerdict {
    const { timeSeconds } = observation;
    this.#absentSince = arrivalsKnown(observation) ? null : (this.#absentSince ?? timeSeconds);
    this.#heldSince = verdict.rung === 'hold' ? (this.#heldSince ?? timeSeconds) : null;
    this.#good = verdict.rung === 'hold' ? 0 : this.#good + 1;
    if (this.#isOver(this.#heldSince, this.#conditions.handBackMinutes, timeSeconds) && this.#resorts.canHandBack) {
      this.#handedBack ??= verdict.because ?? 'Nobody decided.';
    } else if (this.#good >= this.#conditions.probationIntervals) this.#handedBack = null;
    if (this.#handedBack !== null) return this.#given(verdict, this.#handedBack);
    return this.#isOver(this.#absentSince, this.#conditions.floorMinutes, timeSeconds)
      ? this.#floored(verdict, observation)
      : verdict;
  }

  #isOver(since: number | null, minutes: number | null, nowSeconds: number): boolean {
    return since !== null && minutes !== null && nowSeconds - since >= 60 * minutes;
  }

  #given(verdict: LadderVerdict, why: string): LadderVerdict {
    const because = `The fleet is handed back to its own scaling policies: ${why}`;
    return { ...verdict, held: because, rung: 'hand-back', because };
  }

  #floored(verdict: LadderVerdict, { pools }: Observation): LadderVerdict {
    const usual = this.#resorts.usuallyNeeded();
    if (usual === null) return verdict;
    const vmCounts = verdict.action.vmCounts.map((count, pool) => {
      const { ready = 0, booting = 0 } = pools[pool] ?? {};
      const { max } = this.#profile.pools[pool]!;
      return Math.min(max, Math.max(count, ready + booting, usual[pool]!));
    });
    if (vmCounts.join() === verdict.action.vmCounts.join()) return verdict;
    const words = `no fewer VMs than there are and than the last day usually needed: ${vmCounts.join(' and ')}`;
    const because = `Arrivals are absent for ${this.#conditions.floorMinutes} min or longer: ${words}.`;
    return { ...verdict, action: { ...verdict.action, vmCounts }, held: because, because };
  }
}
