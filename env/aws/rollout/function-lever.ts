import type { Action } from '../../types.ts';
import type { Lever, Pulled } from '../levers/lever.ts';
import { batchNotOnAws } from '../not-on-aws.ts';
import type { FunctionPilot, FunctionWish, Piloted } from './function-pilot.ts';

const noWish: FunctionWish = { memoryMb: null, environments: null };

/** The functions' memory and provisioned concurrency: what is wished is the active variant's; the others keep no environments. */
export class FunctionLever implements Lever {
  readonly name = 'the functions';
  /** The same with nothing wished of them: a rollout under way goes on, and none begins. */
  readonly unasked: Lever;
  /** [variant] Null: the variant does not run on Lambda. */
  readonly #pilots: readonly (FunctionPilot | null)[];
  #memoryMb: number | null = null;

  constructor(pilots: readonly (FunctionPilot | null)[]) {
    this.#pilots = pilots;
    const { name } = this;
    this.unasked = { name, pull: async () => this.#pulled(await this.#idle()) };
  }

  /** What the active variant's function serves with, or is on its way to; null: nobody knows. */
  get memoryMb(): number | null {
    return this.#memoryMb;
  }

  async pull({ variant, lambdaMemoryMb, lambdaProvisioned, lambdaBatch }: Action): Promise<Pulled> {
    const active = this.#pilots[variant] ?? null;
    const wish = { memoryMb: lambdaMemoryMb, environments: lambdaProvisioned ?? null };
    const first = active === null ? null : await active.steer(wish);
    this.#memoryMb = first?.memoryMb ?? null;
    // Environments that nobody asked for by an action are an operator's; those of the old variant serve until the new one's are there.
    const isReplaced = lambdaProvisioned !== undefined && (first?.isSettled ?? true);
    const idle: FunctionWish = { memoryMb: null, environments: isReplaced ? 0 : null };
    const all: Piloted[] = first === null ? [] : [first];
    for (const pilot of this.#pilots) if (pilot !== null && pilot !== active) all.push(await pilot.steer(idle));
    return this.#pulled(all, lambdaBatch === undefined ? [] : [`${this.name}: ${batchNotOnAws(lambdaBatch)}`]);
  }

  async #idle(): Promise<Piloted[]> {
    const all: Piloted[] = [];
    for (const pilot of this.#pilots) if (pilot !== null) all.push(await pilot.steer(noWish));
    this.#memoryMb = null;
    return all;
  }

  #pulled(all: readonly Piloted[], ungathered: readonly string[] = []): Pulled {
    return {
      state: all.every(({ isSettled }) => isSettled) ? 'settled' : 'pending',
      said: [...ungathered, ...all.flatMap(({ said }) => said)],
      fault: all.find(({ fault }) => fault !== null)?.fault ?? null,
    };
  }
}
