import type { Limits } from '../env/guardrails/limits.ts';
import type { Action, Observation, Policy, ServiceProfile } from '../env/types.ts';
import { arrivalsKnown, Guard, type Verdict } from './guard.ts';
import type { LadderVerdict } from './ladder-verdict.ts';
import { type LastResorts, Patience } from './patience.ts';

const noResorts: LastResorts = { canHandBack: false, usuallyNeeded: () => null };

/**
 * The policy decides while it can be trusted. It loses trust when it fails or answers nonsense, when it doubts itself (`Policy.trust`), when
 * arrivals were absent for long, and when it wants far more or far fewer VMs than its fallback for several decisions on end; good decisions in
 * a row, which are asked for and not used, win it back. All this takes a fallback: without one, and where the fallback fails too, what is in
 * force is held, and where that lasts, `Patience` knows what comes then.
 */
export class Ladder {
  readonly #guard: Guard;
  readonly #fallback: Guard | null;
  readonly #conditions: Limits['ladder'];
  #absent = 0;
  #apart = 0;
  #good = 0;
  #distrust: string | null = null;
  #last: Action | null = null;
  readonly #patience: Patience;

  constructor(
    policy: Policy,
    fallback: Policy | null,
    profile: ServiceProfile,
    conditions: Limits['ladder'],
    resorts: LastResorts = noResorts,
  ) {
    this.#patience = new Patience(profile, conditions, resorts);
    this.#guard = new Guard(policy, profile);
    this.#fallback = fallback === null ? null : new Guard(fallback, profile);
    this.#conditions = conditions;
  }

  /** Both are asked at every decision: they may remember what they observed. */
  decide(observation: Observation): LadderVerdict {
    const own = this.#guard.decide(observation);
    const other = this.#fallback?.decide(observation) ?? null;
    const isKnown = arrivalsKnown(observation);
    this.#absent = isKnown ? 0 : this.#absent + 1;
    if (other !== null) this.#judge(own, other, isKnown);
    const verdict = isKnown ? this.#chosen(own, other) : this.#held(own);
    // What stands in where nobody has decided yet is made anew, from what is known by then.
    if (verdict.rung !== 'hold' || this.#last !== null) this.#last = verdict.action;
    return this.#patience.settle(verdict, observation);
  }

  /** Moves the trust in the policy by what it said now. */
  #judge(own: Verdict, other: Verdict, isKnown: boolean): void {
    const { absentIntervals, probationIntervals, disagreementIntervals } = this.#conditions;
    const isApart = isKnown && this.#isFar(own, other);
    if (isKnown) this.#apart = isApart ? this.#apart + 1 : 0;
    const ownDoubt = this.#guard.doubt();
    const doubt =
      own.proposal === null
        ? (own.held ?? 'The policy failed.')
        : this.#absent >= absentIntervals
          ? `Arrivals were absent for ${this.#absent} decisions.`
          : this.#apart >= disagreementIntervals
            ? `The policy wanted ${vms(own)} VMs and its fallback ${vms(other)}, for ${this.#apart} decisions.`
            : ownDoubt;
    if (doubt !== null) {
      this.#distrust = doubt;
      this.#good = 0;
    } else if (isKnown && !isApart && ++this.#good >= probationIntervals) this.#distrust = null;
  }

  /** One VM more on each side, so that a fleet of none can be compared too. */
  #isFar(own: Verdict, other: Verdict): boolean {
    const { disagreementRatio } = this.#conditions;
    if (disagreementRatio === null || own.proposal === null || other.proposal === null) return false;
    const ratio = (vms(own) + 1) / (vms(other) + 1);
    return ratio > disagreementRatio || ratio < 1 / disagreementRatio;
  }

  #chosen(own: Verdict, other: Verdict | null): LadderVerdict {
    if (other === null || this.#distrust === null) {
      return own.held === null
        ? { ...own, rung: 'policy', because: null }
        : { ...own, rung: 'hold', because: own.held };
    }
    const because = this.#distrust;
    if (other.proposal === null) return this.#still(own, `${because} ${other.held ?? ''}`.trim());
    const { action, reason } = other;
    return { proposal: own.proposal, action, reason, held: because, rung: 'fallback', because };
  }

  /** Without arrivals nobody knows better. */
  #held(own: Verdict): LadderVerdict {
    const because = own.held ?? 'Arrivals are absent.';
    return own.held === null && this.#last === null
      ? { ...own, rung: 'policy', because: null }
      : this.#still(own, because);
  }

  #still(own: Verdict, because: string): LadderVerdict {
    return { ...own, action: this.#last ?? own.action, held: because, rung: 'hold', because };
  }
}

function vms({ proposal }: Verdict): number {
  return proposal?.vmCounts.reduce((sum, count) => sum + count, 0) ?? 0;
}
