import { z } from 'zod';
import type { Fault } from '../calls/fault.ts';
import type { FunctionMutation } from '../writing/mutation.ts';
import type { Writer } from '../writing/writer.ts';
import type { FunctionReading } from './function-reading.ts';
import type { RolloutJournal } from './journal.ts';
import type { JudgesCanaries } from './judge.ts';
import { nextStep, type Step, type Verdict } from './next-step.ts';
import type { RolloutPlan } from './plan.ts';
import type { ReadsFunctions } from './read-function.ts';

export interface RolloutParts {
  readonly writer: Writer;
  readonly reader: ReadsFunctions;
  readonly journal: RolloutJournal;
  readonly judge: JudgesCanaries;
  readonly nowMs: () => number;
  /** [memory in MB] Mean service time by the profile; null: it does not say. */
  readonly expectedMs: (memoryMb: number) => number | null;
}

/** What one step came to. */
export interface Stepped {
  readonly plan: RolloutPlan;
  readonly said: readonly string[];
  /** Why a write was refused, or nobody knows what came of it; null: neither. */
  readonly fault: Fault | null;
}

const hour = 3_600_000;
/** After a rollback nothing of the kind is tried for so long; after somebody else's change for the second. */
const pinnedMs = { 'rolled-back': 6 * hour, left: hour / 2, committed: 0 } as const;
/** Why a rollout turned back that did nothing wrong: another one may begin at once. */
export const unwanted = 'No longer wanted';
/** A write that is refused for now, or answered by nothing, is due again at the next step for so long. */
const retriedMs = hour / 4;
/** These writes fail at the next step too. */
const hopeless: readonly Fault['kind'][] = ['denied', 'invalid'];

const published = z.object({ Version: z.string().regex(/^\d+$/) });

/**
 * A rollout under way, one small step at a time. The plan is on disk before each write and after it; what AWS reports decides what is
 * due, so that a controller that was killed anywhere goes on, or back.
 */
export class Rollout {
  readonly #parts: RolloutParts;

  constructor(parts: RolloutParts) {
    this.#parts = parts;
  }

  /**
   * At most one write. What is no longer wanted goes back, unless all of the traffic is on it already. Throws where the journal
   * cannot be written; whether anything was sent before is read at the next step.
   */
  async step(before: RolloutPlan, isWanted: boolean): Promise<Stepped> {
    const { function: name, alias, from, newVersion } = before;
    const answer = await this.#parts.reader.read(name, alias, { old: from.version, new: newVersion });
    if (answer.fault !== null) return this.#unread(before, answer.fault);
    const reading = answer.value;
    if (!isWanted && before.direction === 'forward' && reading.alias.version !== newVersion) {
      return this.#back(before, reading, unwanted);
    }
    const isTried = newVersion !== null && reading.alias.canary?.version === newVersion;
    const plan = isTried ? { ...before, canarySinceMs: before.canarySinceMs ?? this.#parts.nowMs() } : before;
    if (plan !== before && before.canarySinceMs === null) await this.#parts.journal.write(plan);
    return this.#act(plan, reading, await this.#verdict(plan, isTried));
  }

  /** There is nothing to go on with where the function, its alias or the old version are gone. */
  async #unread(plan: RolloutPlan, { kind, said }: Fault): Promise<Stepped> {
    if (kind === 'not-found') return this.#end(plan, { kind: 'end', as: 'left', because: said });
    return { plan, said: [said], fault: null };
  }

  /** On its way back from here on. */
  turned(plan: RolloutPlan, because: string): RolloutPlan {
    return { ...plan, direction: 'back', because, waiting: null, stale: null };
  }

  async #verdict(plan: RolloutPlan, isTried: boolean): Promise<Verdict> {
    const { function: name, alias, from, to, newVersion, canarySinceMs: sinceMs, direction } = plan;
    if (!isTried || direction === 'back' || newVersion === null || sinceMs === null) return 'early';
    const versions = { old: from.version, new: newVersion };
    const expectedRatio = this.#expectedRatio(from.memoryMb, to.memoryMb);
    return this.#parts.judge.judge({ function: name, alias, ...versions, sinceMs, expectedRatio });
  }

  /** By the profile; where it does not know a memory, CPU in proportion to it (AWS Lambda developer guide). */
  #expectedRatio(fromMb: number, toMb: number): number {
    const [before, after] = [this.#parts.expectedMs(fromMb), this.#parts.expectedMs(toMb)];
    return before === null || after === null ? Math.max(1, fromMb / toMb) : after / before;
  }

  async #act(plan: RolloutPlan, reading: FunctionReading, verdict: Verdict): Promise<Stepped> {
    const step = nextStep(plan, reading, verdict);
    if (step.kind === 'end') return this.#end(plan, step);
    if (step.kind === 'turn-back') return this.#back(plan, reading, step.because);
    if (step.kind === 'wait') return this.#wait(plan, reading, step.for, step.patienceSeconds * 1000);
    if (plan.stale === step.mutation.kind) {
      return this.#back(plan, reading, `Something else changed ${plan.function} in the meantime`);
    }
    return this.#write(plan, reading, step.mutation);
  }

  async #write(plan: RolloutPlan, reading: FunctionReading, mutation: FunctionMutation): Promise<Stepped> {
    await this.#parts.journal.write({ ...plan, intent: mutation.kind });
    const written = await this.#parts.writer.write(mutation);
    if (written.state !== 'done') {
      return this.#failed({ ...plan, intent: mutation.kind }, reading, written.fault, written.state === 'unknown');
    }
    const done = { ...plan, intent: null, stale: null, waiting: null };
    const next = mutation.kind === 'publish-version' ? withVersion(done, written.response) : done;
    await this.#parts.journal.write(next);
    return { plan: next, said: [`${plan.function}: ${mutation.kind} ${detail(mutation)}`], fault: null };
  }

  /** What came of it is read at the next step, and decides. */
  async #failed(plan: RolloutPlan, reading: FunctionReading, fault: Fault, isUnknown: boolean): Promise<Stepped> {
    const kind = plan.intent!;
    const settled = { ...plan, intent: isUnknown ? kind : null };
    // Neither a switch nor a lease that is elsewhere is a reason to go back.
    if (fault.kind === 'withheld') return { plan: settled, said: [fault.said], fault };
    if (!isUnknown && hopeless.includes(fault.kind)) {
      // What is left to release costs money, but is no reason to take the traffic anywhere.
      const end = endOf(settled, reading, fault.said);
      const stepped = await (kind === 'unprovision'
        ? this.#end(settled, end)
        : this.#back(settled, reading, fault.said));
      return { ...stepped, fault };
    }
    const isStale = fault.kind === 'stale' || fault.kind === 'not-found';
    const stepped = await this.#wait(
      isStale ? { ...settled, stale: kind } : settled,
      reading,
      `${kind} to go through`,
      retriedMs,
    );
    return { ...stepped, said: [fault.said, ...stepped.said], fault };
  }

  async #wait(plan: RolloutPlan, reading: FunctionReading, reason: string, patienceMs: number): Promise<Stepped> {
    const nowMs = this.#parts.nowMs();
    const waiting = plan.waiting?.for === reason ? plan.waiting : { for: reason, sinceMs: nowMs };
    if (nowMs - waiting.sinceMs > patienceMs) {
      return this.#back(plan, reading, `Waited ${Math.round((nowMs - waiting.sinceMs) / 60_000)} min for ${reason}`);
    }
    const next = { ...plan, waiting };
    await this.#parts.journal.write(next);
    return { plan: next, said: [`${plan.function}: waiting for ${reason}`], fault: null };
  }

  /** A rollout that cannot even go back is left as it is, for a person to look at. */
  async #back(plan: RolloutPlan, reading: FunctionReading, because: string): Promise<Stepped> {
    if (plan.direction === 'back') return this.#end(plan, { kind: 'end', as: 'left', because });
    const turned = this.turned(plan, because);
    await this.#parts.journal.write(turned);
    const stepped = await this.#act(turned, reading, 'early');
    return {
      ...stepped,
      said: [`${plan.function}: ${because}; it goes back to ${plan.from.memoryMb} MB`, ...stepped.said],
    };
  }

  async #end(plan: RolloutPlan, { as, because }: Extract<Step, { kind: 'end' }>): Promise<Stepped> {
    const atMs = this.#parts.nowMs();
    const end = { as, atMs, pinnedUntilMs: atMs + (because === unwanted ? 0 : pinnedMs[as]) };
    const ended = { ...plan, because, intent: null, stale: null, waiting: null, end };
    await this.#parts.journal.write(ended);
    const memoryMb = as === 'committed' ? plan.to.memoryMb : plan.from.memoryMb;
    const why = because === null ? '' : ` (${because})`;
    return { plan: ended, said: [`${plan.function}: ${sentence[as]} ${memoryMb} MB${why}`], fault: null };
  }
}

const sentence = {
  committed: 'it serves with',
  'rolled-back': 'back at',
  left: 'its rollout is left as it is, begun at',
} as const;

/** An answer without a version leaves the plan without one: publishing again gives the same version. */
function withVersion(plan: RolloutPlan, response: unknown): RolloutPlan {
  const parsed = published.safeParse(response);
  return parsed.success ? { ...plan, newVersion: parsed.data.Version } : plan;
}

function endOf(plan: RolloutPlan, { alias }: FunctionReading, because: string): Extract<Step, { kind: 'end' }> {
  const as = alias.version === plan.newVersion ? 'committed' : plan.direction === 'back' ? 'rolled-back' : 'left';
  return { kind: 'end', as, because };
}

function detail(mutation: FunctionMutation): string {
  switch (mutation.kind) {
    case 'update-memory':
      return `to ${mutation.memoryMb} MB`;
    case 'publish-version':
      return `"${mutation.description}"`;
    case 'update-alias':
      return `${mutation.alias} to ${mutation.version}${mutation.canary === null ? '' : ` with ${mutation.canary.share} on ${mutation.canary.version}`}`;
    case 'provision':
      return `${mutation.environments} environments of version ${mutation.version}`;
    case 'unprovision':
    case 'delete-version':
      return `version ${mutation.version}`;
  }
}
