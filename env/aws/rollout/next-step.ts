import type { FunctionMutation } from '../writing/mutation.ts';
import type { FunctionReading } from './function-reading.ts';
import type { RolloutPlan } from './plan.ts';

/** Share of the traffic that tries the new version. */
export const canaryShare = 0.1;

/** Whether the new version does as well as the old one; `early`: too few minutes are known. */
export type Verdict = 'early' | 'fine' | 'worse';

export type Step =
  | { readonly kind: 'write'; readonly mutation: FunctionMutation }
  /** Beyond its patience a wait turns the rollout back. */
  | { readonly kind: 'wait'; readonly for: string; readonly patienceSeconds: number }
  | { readonly kind: 'turn-back'; readonly because: string }
  | { readonly kind: 'end'; readonly as: 'committed' | 'rolled-back' | 'left'; readonly because: string | null };

const minute = 60;

/**
 * What is due, from what AWS reports and not from what was done before: a restart at any point goes on from there.
 * The order is that of the AWS Lambda developer guide for versions and aliases: the settings of $LATEST, a version of them, provisioned
 * concurrency on the version (never on the alias, whose weights AWS would move by itself), a canary, the whole alias, the old version's end.
 */
export function nextStep(plan: RolloutPlan, reading: FunctionReading, verdict: Verdict): Step {
  const foreign = foreignChange(plan, reading);
  if (foreign !== null) return withoutOrphans(plan, reading, { kind: 'end', as: 'left', because: foreign });
  return plan.direction === 'forward' ? stepForward(plan, reading, verdict) : stepBack(plan, reading);
}

/** The alias as somebody else made it; null: as this rollout did, or found it. */
function foreignChange({ alias: name, from, newVersion }: RolloutPlan, { alias }: FunctionReading): string | null {
  const { version, canary } = alias;
  const isOld = version === from.version && (canary === null || isOurs(canary, newVersion));
  const isNew = version === newVersion && (canary === null || canary.version === from.version);
  if (isOld || isNew) return null;
  const weights = canary === null ? '' : ` with ${canary.share} of the traffic on ${canary.version}`;
  return `The alias ${name} serves version ${version}${weights}, which this rollout did not do`;
}

function isOurs(canary: { version: string; share: number }, newVersion: string | null): boolean {
  return canary.version === newVersion && Math.abs(canary.share - canaryShare) < 1e-6;
}

function stepForward(plan: RolloutPlan, reading: FunctionReading, verdict: Verdict): Step {
  const { alias } = reading;
  if (plan.newVersion === null) return stepToVersion(plan, reading);
  if (alias.version === plan.newVersion) {
    if (alias.canary !== null) return wait('AWS to clear the weights of the alias', 10 * minute);
    return withoutOldProvision(plan, reading);
  }
  const unready = stepToReadiness(plan, reading);
  if (unready !== null) return unready;
  if (alias.canary === null) return aliasTo(plan, reading, plan.from.version, plan.newVersion);
  if (verdict === 'worse') return turnBack('The new version does worse than the old one');
  // Without traffic nobody is hurt, and nothing is proved: the canary waits for what comes.
  if (verdict === 'early') return wait('fresh minutes of the new version', 24 * 60 * minute);
  return aliasTo(plan, reading, plan.newVersion, null);
}

/** $LATEST with the memory that is wanted, then a version of it. */
function stepToVersion(plan: RolloutPlan, { latest, isLatestReleased }: FunctionReading): Step {
  if (latest.state === 'busy') return wait('the function to be updated', 10 * minute);
  if (latest.state === 'failed') return turnBack('The update of the function failed');
  if (!isLatestReleased) return turnBack('$LATEST holds code or settings that the alias does not serve');
  const { memoryMb } = plan.to;
  const { function: name } = plan;
  if (latest.memoryMb !== memoryMb) {
    return write({ kind: 'update-memory', function: name, memoryMb, revision: latest.revision });
  }
  const description = descriptionOf(plan);
  return write({ kind: 'publish-version', function: name, revision: latest.revision, description });
}

/** Until the new version can take traffic; null: it can. */
function stepToReadiness(plan: RolloutPlan, { new: fresh }: FunctionReading): Step | null {
  const { function: name, to, newVersion } = plan;
  if (fresh === null) return turnBack(`Version ${newVersion} is gone`);
  if (fresh.memoryMb !== to.memoryMb) return turnBack(`Version ${newVersion} has ${fresh.memoryMb} MB`);
  if (fresh.state === 'busy') return wait('the new version to become active', 10 * minute);
  if (fresh.state === 'failed') return turnBack(`Version ${newVersion} failed to become active`);
  if (to.environments === 0) return null;
  if (fresh.provisioned?.environments !== to.environments) {
    return write({ kind: 'provision', function: name, version: fresh.version, environments: to.environments });
  }
  if (fresh.provisioned.state === 'busy') return wait('provisioned environments', 15 * minute);
  return fresh.provisioned.state === 'failed' ? turnBack('The environments could not be provisioned') : null;
}

function withoutOldProvision(plan: RolloutPlan, { old }: FunctionReading): Step {
  const { function: name, from } = plan;
  if (old.provisioned !== null) return write({ kind: 'unprovision', function: name, version: from.version });
  return { kind: 'end', as: 'committed', because: null };
}

/** First the traffic, then what costs money, last $LATEST, which serves nobody. */
function stepBack(plan: RolloutPlan, reading: FunctionReading): Step {
  const { alias, old, latest } = reading;
  const { function: name, from, to } = plan;
  if (alias.version !== from.version || alias.canary !== null) return aliasTo(plan, reading, from.version, null);
  if (from.environments > 0 && old.provisioned === null) {
    return write({ kind: 'provision', function: name, version: from.version, environments: from.environments });
  }
  const end = { kind: 'end', as: 'rolled-back', because: plan.because } as const;
  const orphan = withoutOrphans(plan, reading, end);
  const isOurs = latest.memoryMb === to.memoryMb && from.latestMemoryMb !== to.memoryMb && reading.isLatestReleased;
  if (orphan !== end || !isOurs) return orphan;
  if (latest.state === 'busy') return wait('the function to be updated', 10 * minute);
  return write({
    kind: 'update-memory',
    function: name,
    memoryMb: from.latestMemoryMb,
    revision: latest.revision,
  });
}

/** Environments of a version that serves nobody would be paid for ever. */
function withoutOrphans(plan: RolloutPlan, reading: FunctionReading, otherwise: Step): Step {
  const { alias, new: fresh } = reading;
  if (fresh === null || fresh.provisioned === null) return otherwise;
  const isServing = alias.version === fresh.version || alias.canary?.version === fresh.version;
  return isServing ? otherwise : write({ kind: 'unprovision', function: plan.function, version: fresh.version });
}

function aliasTo(plan: RolloutPlan, { alias }: FunctionReading, version: string, canary: string | null): Step {
  return write({
    kind: 'update-alias',
    function: plan.function,
    alias: plan.alias,
    version,
    canary: canary === null ? null : { version: canary, share: canaryShare },
    revision: alias.revision,
  });
}

const ours = /^Spillway: (\d+) MB after (\d+) MB in version (\d+)$/;

/** By which another host, or this one without its journal, knows the version as a rollout's. */
export function descriptionOf({ from, to }: Pick<RolloutPlan, 'from' | 'to'>): string {
  return `Spillway: ${to.memoryMb} MB after ${from.memoryMb} MB in version ${from.version}`;
}

export function isOurVersion(description: string): boolean {
  return ours.test(description);
}

function write(mutation: FunctionMutation): Step {
  return { kind: 'write', mutation };
}

function wait(reason: string, patienceSeconds: number): Step {
  return { kind: 'wait', for: reason, patienceSeconds };
}

function turnBack(because: string): Step {
  return { kind: 'turn-back', because };
}
