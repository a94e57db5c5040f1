import type { Action } from '../../types.ts';
import type { Lever, Pulled } from '../levers/lever.ts';
import { batchNotOnAws } from '../not-on-aws.ts';
import type { FunctionPilot, FunctionWish, Piloted } from './function-pilot.ts';

/** The functions' memory and provisioned concurrency: what is wished is the active variant's; the others keep no environments. */
export class FunctionLever implements Lever {
  readonly name = 'the functions';
  /** [variant] Null: the variant does not run on Lambda. */
  readonly #pilots: readonly (FunctionPilot | null)[];
  #memoryMb: number | null = null;

  constructor(pilots: readonly (FunctionPilot | null)[]) {
    this.#pilots = pilots;
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
    const ungathered = lambdaBatch === undefined ? [] : [`${this.name}: ${batchNotOnAws(lambdaBatch)}`];
    return {
      state: all.every(({ isSettled }) => isSettled) ? 'settled' : 'pending',
      said: [...ungathered, ...all.flatMap(({ said }) => said)],
      fault: all.find(({ fault }) => fault !== null)?.fault ?? null,
    };
  }
}
