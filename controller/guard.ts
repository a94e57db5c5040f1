import type { Action, Observation, Policy, ServiceProfile } from '../env/types.ts';
import { startingAction } from './starting-action.ts';
import { validAction } from './valid-action.ts';

/** What a policy wanted, and what may reach the environment. */
export interface Verdict {
  /** The policy's own answer; null where it gave none that is valid. */
  readonly proposal: Action | null;
  /** Always valid for the profile. */
  readonly action: Action;
  /** The policy's sentence; null where it said nothing. */
  readonly reason: string | null;
  /** Why `action` is not the proposal, in a sentence; null where it is. */
  readonly held: string | null;
}

interface Wish {
  readonly action: Action;
  readonly reason: string | null;
}

type Answer = Wish | { readonly fault: string };

/**
 * Stands between a policy and the environment. Nothing is known, or nothing sensible is said: the last action is held.
 * Missing metrics that were read as an idle service have cut down many a fleet (kubernetes#104387, keda#1850).
 */
export class Guard {
  readonly policy: Policy;
  readonly #profile: ServiceProfile;
  #last: Action | null = null;

  constructor(policy: Policy, profile: ServiceProfile) {
    this.policy = policy;
    this.#profile = profile;
  }

  decide(observation: Observation): Verdict {
    const answer = this.#ask(observation);
    const last = this.#last ?? this.#valid(observation.lastAction);
    const verdict =
      'fault' in answer
        ? this.#afterFault(answer.fault, last, observation)
        : arrivalsKnown(observation)
          ? { proposal: answer.action, action: answer.action, reason: answer.reason, held: null }
          : this.#withoutArrivals(answer, last, observation);
    // What stood in for an action where none was known is no action to hold: the next observation may know more.
    if (verdict.proposal !== null || last !== null) this.#last = verdict.action;
    return verdict;
  }

  /** Why the policy itself says that it should not be trusted now; null where it has no such doubt. */
  doubt(): string | null {
    try {
      return this.policy.trust?.() ?? null;
    } catch {
      return `Policy ${this.policy.name} failed to say whether it can be trusted.`;
    }
  }

  /** The policy is asked even when its answer will not be used: it may remember what it observed. */
  #ask(observation: Observation): Answer {
    try {
      const decision: unknown = this.policy.decide(observation);
      const { action, reason } = (decision ?? {}) as { action?: unknown; reason?: unknown };
      const valid = validAction(action, this.#profile);
      return 'fault' in valid ? valid : { action: valid.action, reason: typeof reason === 'string' ? reason : null };
    } catch (error) {
      return { fault: `failed (${error instanceof Error ? error.message : 'it threw something that is no error'})` };
    }
  }

  #afterFault(fault: string, last: Action | null, observation: Observation): Verdict {
    const instead = last === null ? 'what is there stays as it was found' : 'the last action is held';
    return {
      proposal: null,
      action: last ?? this.#valid(observation.found) ?? startingAction(this.#profile, observation),
      reason: null,
      held: `Policy ${this.policy.name} ${fault}: ${instead}.`,
    };
  }

  #withoutArrivals(wish: Wish, last: Action | null, observation: Observation): Verdict {
    const { action: proposal, reason } = wish;
    if (last !== null) return { proposal, action: last, reason, held: 'Arrivals are absent: the last action is held.' };
    const vmCounts = startingAction(this.#profile, observation).vmCounts.map((count, pool) =>
      Math.max(count, proposal.vmCounts[pool]!),
    );
    const grown = vmCounts.some((count, pool) => count !== proposal.vmCounts[pool]);
    return grown
      ? { proposal, action: { ...proposal, vmCounts }, reason, held: 'Arrivals are absent: no VM is taken away.' }
      : { proposal, action: proposal, reason, held: null };
  }

  #valid(action: unknown): Action | null {
    const valid = validAction(action, this.#profile);
    return 'fault' in valid ? null : valid.action;
  }
}

/** A bin that is not a number counts as missing too. */
export function arrivalsKnown(observation: Observation): boolean {
  const bins = observation.arrivals?.value ?? [];
  return bins.length > 0 && bins.every((rate) => Number.isFinite(rate) && rate >= 0);
}
