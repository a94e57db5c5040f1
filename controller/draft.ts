import type { Bounding } from '../env/guardrails/guarded.ts';
import type { Standing } from '../env/lease.ts';
import type { Action, Observation, Policy, ServiceProfile } from '../env/types.ts';
import type { Verdict } from './guard.ts';
import { type JournalEntry, type Mode, observationNote } from './journal/journal-entry.ts';
import type { LadderVerdict } from './ladder-verdict.ts';
import { startingAction } from './starting-action.ts';
import { validAction } from './valid-action.ts';

/** What is known of a decision before it is made so. */
export type Draft = Omit<JournalEntry, 'writes' | 'fault' | 'outcome' | 'tickMs'>;

export interface DraftParts {
  readonly id: string;
  readonly at: string;
  readonly service: string;
  readonly mode: Mode;
  readonly profile: ServiceProfile;
  readonly policy: Policy;
  readonly observation: Observation;
  readonly watched: LadderVerdict;
  /** Of the policy that drives the fleet in its place; null: the watched one does. */
  readonly incumbent: { readonly policy: Policy; readonly verdict: Verdict } | null;
  /** Null: nobody else is there. */
  readonly standing: Standing | null;
}

export function draftOf(parts: DraftParts): Draft {
  const { id, at, service, mode, profile, policy, observation, watched, incumbent, standing } = parts;
  const elsewhere = standing !== null && !standing.isHeld ? standing.said : null;
  const isIdle = elsewhere !== null || watched.rung === 'hand-back';
  const applied = isIdle ? inForce(profile, observation) : (incumbent?.verdict ?? watched).action;
  return {
    kind: 'decision',
    ...{ id, at, timeSeconds: observation.timeSeconds, service, mode, policy: policy.name },
    observation: observationNote(observation),
    ...{ action: watched.proposal, applied, variants: variantNames(watched.proposal, applied, profile) },
    reason: watched.reason,
    held: elsewhere ?? watched.held,
    decidedBy:
      elsewhere === null
        ? { rung: watched.rung, because: watched.because }
        : { rung: 'standby' as const, because: elsewhere },
    guardrails: [],
    incumbent:
      incumbent === null
        ? null
        : { policy: incumbent.policy.name, reason: incumbent.verdict.reason, held: incumbent.verdict.held },
  };
}

/** With what the guardrails made of the action, once they have been asked. */
export function asBounded(draft: Draft, bounding: Bounding | null, profile: ServiceProfile): Draft {
  if (bounding?.wanted !== draft.applied) return draft;
  const { applied, interventions: guardrails } = bounding;
  return { ...draft, applied, variants: variantNames(draft.action, applied, profile), guardrails };
}

function variantNames(action: Action | null, applied: Action, { variants }: ServiceProfile): JournalEntry['variants'] {
  return { action: action && variants[action.variant]!.name, applied: variants[applied.variant]!.name };
}

function inForce(profile: ServiceProfile, observation: Observation): Action {
  const valid = validAction(observation.lastAction ?? observation.found, profile);
  return 'fault' in valid ? startingAction(profile, observation) : valid.action;
}
