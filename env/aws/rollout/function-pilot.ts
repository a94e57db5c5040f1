import type { Fault } from '../calls/fault.ts';
import type { FunctionReading, VersionReading } from './function-reading.ts';
import { isOurVersion } from './next-step.ts';
import { Tidying } from './old-versions.ts';
import type { RolloutPlan } from './plan.ts';
import { Rollout, type RolloutParts, type Stepped } from './rollout.ts';

/** How a function should serve; null: as it does. */
export interface FunctionWish {
  readonly memoryMb: number | null;
  /** Provisioned concurrency. */
  readonly environments: number | null;
}

export interface Piloted {
  /** What the alias serves with, or what a rollout is on its way to; null: nobody knows yet. */
  readonly memoryMb: number | null;
  /** As wished, as far as it can be. */
  readonly isSettled: boolean;
  readonly said: readonly string[];
  readonly fault: Fault | null;
}

export interface FunctionPilotParts extends RolloutParts {
  readonly function: string;
  readonly alias: string;
  /** Uniform in [0, 1), so that many functions are not looked at together. */
  readonly random: () => number;
}

/** A function that is as it should be is looked at again after this time, or up to twice as long. */
const settledMs = 900_000;
/** One that is not, for a reason that may pass, after this time, or up to twice as long. */
const waitingMs = 300_000;
/** A refused change of its environments is tried again after this time. */
const refusedMs = 900_000;

/** Nothing is due, or can be done, until then. */
interface Settled {
  readonly wish: FunctionWish;
  readonly memoryMb: number;
  readonly why: string | null;
  readonly untilMs: number;
  /** Of the alias: while it is the same, all is as it was. Null: more than that must be looked at. */
  readonly revision: string | null;
}

/** Brings one function to a wish, at most one write at a time. */
export class FunctionPilot {
  readonly #parts: FunctionPilotParts;
  readonly #rollout: Rollout;
  readonly #tidying: Tidying;
  /** Undefined: not read from the journal yet. */
  #plan: RolloutPlan | null | undefined;
  #settled: Settled | null = null;

  constructor(parts: FunctionPilotParts) {
    this.#parts = parts;
    this.#rollout = new Rollout(parts);
    this.#tidying = new Tidying(parts);
  }

  /** Never throws: without its journal it changes nothing. */
  async steer(wish: FunctionWish): Promise<Piloted> {
    try {
      if (this.#plan === undefined) this.#plan = await this.#parts.journal.read();
      return await this.#steer(wish);
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).name;
      return this.#told(
        null,
        `the journal of its rollouts ${this.#parts.journal.place} cannot be used (${reason}), so nothing of it is changed: put that file aside once the alias stands as it should`,
      );
    }
  }

  async #steer(wish: FunctionWish): Promise<Piloted> {
    if (this.#plan?.end === null) return this.#goOn(this.#plan, wish);
    if (wish.memoryMb === null && wish.environments === null) return this.#told(null, null, true);
    const settled = this.#settled;
    const isSettled = settled !== null && isSame(settled.wish, wish);
    if (isSettled && (this.#parts.nowMs() < settled.untilMs || (await this.#isUntouched(settled)))) {
      return this.#told(settled.memoryMb, settled.why, true);
    }
    const { function: name, alias, reader } = this.#parts;
    const answer = await reader.read(name, alias, { old: null, new: null });
    if (answer.fault !== null) return { memoryMb: null, isSettled: false, said: [answer.fault.said], fault: null };
    return this.#begin(answer.value, wish);
  }

  /** A published version never changes, so an alias that nobody touched serves as it did: one call tells, in place of four. */
  async #isUntouched(settled: Settled): Promise<boolean> {
    const { function: name, alias, reader } = this.#parts;
    if (settled.revision === null) return false;
    const { value } = await reader.alias(name, alias);
    if (value?.revision !== settled.revision || value.canary !== null) return false;
    this.#settled = { ...settled, untilMs: this.#nextLookMs(settledMs) };
    return true;
  }

  async #goOn(plan: RolloutPlan, wish: FunctionWish): Promise<Piloted> {
    const isWanted = wish.memoryMb === null || wish.memoryMb === plan.to.memoryMb;
    return this.#stepped(await this.#rollout.step(plan, isWanted));
  }

  #stepped({ plan, said, fault }: Stepped): Piloted {
    this.#plan = plan;
    this.#settled = null;
    const isForward = plan.end === null ? plan.direction === 'forward' : plan.end.as === 'committed';
    const memoryMb = isForward ? plan.to.memoryMb : plan.from.memoryMb;
    return { memoryMb, isSettled: false, said, fault };
  }

  async #begin(reading: FunctionReading, wish: FunctionWish): Promise<Piloted> {
    const { old, alias } = reading;
    if (alias.canary !== null) return this.#adopt(reading);
    if (wish.memoryMb === null || wish.memoryMb === old.memoryMb) return this.#provision(reading, wish, null);
    const why = await this.#whyNot(reading);
    if (why !== null) return this.#provision(reading, wish, why);
    return this.#launch(planOf(this.#parts, reading, wish.memoryMb, wish.environments));
  }

  async #launch(plan: RolloutPlan): Promise<Piloted> {
    await this.#parts.journal.write(plan);
    this.#plan = plan;
    return this.#stepped(await this.#rollout.step(plan, true));
  }

  /** A canary of a rollout whose journal is elsewhere (another host's, or a lost disk's) is taken back; anybody else's is left. */
  async #adopt({ alias, old, latest }: FunctionReading): Promise<Piloted> {
    const { function: name, alias: aliasName, reader } = this.#parts;
    const canary = alias.canary!;
    const answer = await reader.read(name, aliasName, { old: alias.version, new: canary.version });
    if (answer.fault !== null)
      return { memoryMb: old.memoryMb, isSettled: false, said: [answer.fault.said], fault: null };
    const fresh = answer.value.new;
    if (fresh === null || !isOurVersion(fresh.description)) {
      return this.#told(old.memoryMb, `somebody else tries version ${canary.version} behind ${aliasName}`);
    }
    const plan = planOf(this.#parts, answer.value, fresh.memoryMb, null);
    const from = { ...plan.from, latestMemoryMb: latest.memoryMb === fresh.memoryMb ? old.memoryMb : latest.memoryMb };
    return this.#launch(
      this.#rollout.turned({ ...plan, from, newVersion: fresh.version }, 'Its rollout was begun by another controller'),
    );
  }

  async #whyNot({ alias, latest, isLatestReleased }: FunctionReading): Promise<string | null> {
    const { function: name, alias: aliasName, reader, nowMs } = this.#parts;
    const end = this.#plan?.end ?? null;
    if (end !== null && nowMs() < end.pinnedUntilMs) {
      return `its memory stays until ${new Date(end.pinnedUntilMs).toISOString()}, since its last rollout ended: ${this.#plan?.because}`;
    }
    if (alias.version === '$LATEST')
      return `${aliasName} serves $LATEST, which cannot be rolled out; publish a version`;
    if (!isLatestReleased)
      return `$LATEST holds code or settings that ${aliasName} does not serve; release or undo them`;
    if (latest.state === 'busy') return 'it is being updated';
    const { value, fault } = await reader.provisioned(name, aliasName);
    if (fault !== null) return fault.said;
    return value === null ? null : `its provisioned concurrency is on ${aliasName}; move it to the version`;
  }

  /** Environments of the version that serves, which need no rollout; `why` its memory stays. */
  async #provision(reading: FunctionReading, wish: FunctionWish, why: string | null): Promise<Piloted> {
    const { old } = reading;
    const environments = old.provisioned?.environments ?? 0;
    const wanted = wish.environments ?? environments;
    if (wanted !== environments) return this.#writeProvision(old, wanted, wish);
    if (old.provisioned?.state === 'busy')
      return this.#told(old.memoryMb, why ?? 'its environments are being prepared');
    const tidied = await this.#tidying.step(this.#plan ?? null);
    if (tidied !== null) return { memoryMb: old.memoryMb, isSettled: false, ...tidied };
    const failed = old.provisioned?.state === 'failed' ? 'its environments could not be provisioned' : null;
    const hitch = why ?? failed;
    const isAll = hitch === null && wish.environments === null && reading.alias.version !== '$LATEST';
    const untilMs = this.#nextLookMs(hitch === null ? settledMs : waitingMs);
    const revision = isAll ? reading.alias.revision : null;
    this.#settled = { wish, memoryMb: old.memoryMb, why: hitch, untilMs, revision };
    return this.#told(old.memoryMb, hitch, true);
  }

  async #writeProvision(
    { version, memoryMb }: VersionReading,
    environments: number,
    wish: FunctionWish,
  ): Promise<Piloted> {
    const { function: name, writer } = this.#parts;
    const written = await writer.write(
      environments === 0
        ? { kind: 'unprovision', function: name, version }
        : { kind: 'provision', function: name, version, environments },
    );
    if (written.state === 'done') return this.#told(memoryMb, `${environments} environments of version ${version}`);
    const { kind, said } = written.fault;
    const untilMs = this.#parts.nowMs() + refusedMs;
    if (kind === 'denied' || kind === 'invalid') this.#settled = { wish, memoryMb, why: said, untilMs, revision: null };
    return { memoryMb, isSettled: false, said: [said], fault: written.fault };
  }

  /** Not of all functions together. */
  #nextLookMs(pauseMs: number): number {
    return this.#parts.nowMs() + pauseMs * (1 + this.#parts.random());
  }

  #told(memoryMb: number | null, said: string | null = null, isSettled = false): Piloted {
    return { memoryMb, isSettled, said: said === null ? [] : [`${this.#parts.function}: ${said}`], fault: null };
  }
}

function isSame(a: FunctionWish, b: FunctionWish): boolean {
  return a.memoryMb === b.memoryMb && a.environments === b.environments;
}

function planOf(
  { function: name, alias, nowMs }: FunctionPilotParts,
  { old, latest }: FunctionReading,
  memoryMb: number,
  environments: number | null,
): RolloutPlan {
  const before = old.provisioned?.environments ?? 0;
  return {
    function: name,
    alias,
    startedAtMs: nowMs(),
    from: { version: old.version, memoryMb: old.memoryMb, latestMemoryMb: latest.memoryMb, environments: before },
    to: { memoryMb, environments: environments ?? before },
    newVersion: null,
    direction: 'forward',
    because: null,
    intent: null,
    stale: null,
    waiting: null,
    canarySinceMs: null,
    end: null,
  };
}
