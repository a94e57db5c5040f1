import type { Observation, PriceBook, ServiceProfile } from '../env/types.ts';
import type { FleetSizer, FleetVote, Seen } from './fleet-sizer.ts';
import { GuardedLevels } from './guarded-levels.ts';
import { type LevelPool, servedPerSecond } from './level-terms.ts';
import type { Actor } from './ppo/forward.ts';
import type { Asking } from './question.ts';

/** The pools of a stack under guard, each beside rules that serve what those before it leave. */
export class GuardedStack {
  readonly #stack: readonly LevelPool[];
  readonly #guarded: readonly GuardedLevels[];
  /** [pool of the stack] */
  readonly #names: readonly string[];
  /** [pool of the stack] What the guard has to say; may be empty. */
  #notes: readonly string[] = [];

  /** @param sizers [pool of the stack] of the fleets that are there */
  constructor(
    actor: Actor,
    stack: readonly LevelPool[],
    profile: ServiceProfile,
    prices: PriceBook,
    sizers: readonly FleetSizer[],
  ) {
    this.#stack = stack;
    this.#names = stack.map(({ pool }) => profile.pools[pool]!.name);
    this.#guarded = stack.map((levels, at) => {
      const isLast = at === stack.length - 1;
      return new GuardedLevels(actor, levels, profile, prices, sizers[at]!, isLast);
    });
  }

  /**
   * The votes, with what the rules make of them in their place where they have the majority. Called at every decision with arrivals.
   *
   * @param seen [pool of the stack] What the votes were about; what is served by the pools before follows from the fleets in force
   * @param votes [pool of the stack]; @param doubt why the learned policy must have no say now; null where it may
   */
  *deciding(
    observation: Observation,
    seen: readonly Seen[],
    votes: readonly FleetVote[],
    doubt: string | null,
  ): Asking<readonly FleetVote[]> {
    const inForce: FleetVote[] = [];
    const notes: string[] = [];
    let { served } = seen[0]!;
    for (const [index, guarded] of this.#guarded.entries()) {
      const vote = votes[index]!;
      const ruled = yield* guarded.deciding(observation, { ...seen[index]!, served }, vote.vms, doubt);
      const vms = ruled?.vms ?? vote.vms;
      inForce.push({ ...vote, vms });
      notes.push(ruled?.because ?? guarded.comparison);
      served += servedPerSecond(this.#stack[index]!, vms, observation.pools);
    }
    this.#notes = notes;
    return inForce;
  }

  /** Of the last decision; of several pools with their names. */
  get sentences(): readonly string[] {
    const ofPool = (at: number) => (this.#names.length > 1 ? `${this.#names[at]}: ` : '');
    return this.#notes.flatMap((note, at) => (note === '' ? [] : [`${ofPool(at)}${note}`]));
  }
}
