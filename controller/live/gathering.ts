import type { Decision, Observation, Policy } from '../../env/types.ts';
import type { Clock } from '../clock.ts';

/** Decides for several services at once: gives each decision, or throws what its policy threw. */
export type Together = (
  policies: readonly Policy[],
  observations: readonly Observation[],
) => readonly (() => Decision)[];

/** A policy whose decision may have been made beforehand, together with others'. */
export class GatheredPolicy implements Policy {
  readonly name: string;
  readonly inner: Policy;
  #made: { readonly observation: Observation; readonly decision: () => Decision } | null = null;

  constructor(inner: Policy) {
    this.name = inner.name;
    this.inner = inner;
  }

  made(observation: Observation, decision: () => Decision): void {
    this.#made = { observation, decision };
  }

  decide(observation: Observation): Decision {
    const made = this.#made;
    this.#made = null;
    return made?.observation === observation ? made.decision() : this.inner.decide(observation);
  }

  trust(): string | null {
    return this.inner.trust?.() ?? null;
  }
}

interface Arrived {
  readonly policy: GatheredPolicy;
  readonly observation: Observation;
  readonly goOn: () => void;
}

/** The services of one round wait here for each other, so that their networks are asked in one batch; nobody waits longer than its patience. */
export class Gathering {
  readonly #together: Together;
  readonly #cancel: () => void;
  readonly #awaited: Set<GatheredPolicy>;
  #arrived: Arrived[] = [];
  #isOver = false;

  constructor(policies: readonly GatheredPolicy[], patienceMs: number, clock: Clock, together: Together) {
    this.#awaited = new Set(policies);
    this.#together = together;
    this.#cancel = clock.after(patienceMs, () => this.#end());
  }

  /** Resolves when the decision can be asked for. */
  arrive(policy: GatheredPolicy, observation: Observation): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    return new Promise((goOn) => {
      this.#arrived.push({ policy, observation, goOn });
      this.leave(policy);
    });
  }

  /** Nobody need wait for this one any more. */
  leave(policy: GatheredPolicy): void {
    this.#awaited.delete(policy);
    if (this.#awaited.size === 0) this.#end();
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancel();
    for (const { goOn } of this.#decided(this.#arrived)) goOn();
  }

  /** Where they cannot be decided together, each decides for itself. */
  #decided(arrived: readonly Arrived[]): readonly Arrived[] {
    try {
      const decisions = this.#together(
        arrived.map(({ policy }) => policy.inner),
        arrived.map(({ observation }) => observation),
      );
      for (const [index, { policy, observation }] of arrived.entries()) policy.made(observation, decisions[index]!);
    } catch {
      // Their own decisions say what is wrong, if they fail too.
    }
    return arrived;
  }
}
