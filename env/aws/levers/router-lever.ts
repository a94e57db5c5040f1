import type { Action } from '../../types.ts';
import { faultOf } from '../calls/classify.ts';
import { shownCommands } from '../router/shown-commands.ts';
import type { RouterMutation } from '../writing/mutation.ts';
import type { Writer } from '../writing/writer.ts';
import { type Lever, type Pulled, pending, settled } from './lever.ts';

/**
 * What has to be said to the router for the action, by what it says of itself; null: nothing. `tell` gets what cannot be said to it. Throws what its
 * socket throws.
 */
export type RouterMutationFor = (action: Action, tell?: (sentence: string) => void) => Promise<RouterMutation | null>;

/** The overflow router's thresholds, variant and servers. The writer's side of its socket reads back what it set. */
export class RouterLever implements Lever {
  readonly name = 'the router';
  readonly #mutationFor: RouterMutationFor;
  readonly #writer: Writer;
  /** In shadow mode the real router never comes to be as wished: the same is told once. */
  #noted = '';

  constructor(mutationFor: RouterMutationFor, writer: Writer) {
    this.#mutationFor = mutationFor;
    this.#writer = writer;
  }

  async pull(action: Action): Promise<Pulled> {
    const missing: string[] = [];
    const tell = (sentence: string) => void missing.push(`${this.name}: ${sentence}`);
    const pulled = await this.#pulled(action, tell);
    return { ...pulled, said: [...missing, ...pulled.said] };
  }

  async #pulled(action: Action, tell: (sentence: string) => void): Promise<Pulled> {
    const mutation = await this.#mutationFor(action, tell).catch((error: unknown) => faultOf(error, this.name));
    if (mutation === null) return settled;
    if ('code' in mutation) return pending(mutation.said);
    const text = JSON.stringify(mutation);
    if (this.#writer.mode === 'shadow' && text === this.#noted) return settled;
    this.#noted = text;
    const written = await this.#writer.write(mutation);
    if (written.state !== 'done') return pending(`${this.name}: ${written.fault.said}`, written.fault);
    return { state: 'settled', said: [`${this.name}: ${shownCommands(mutation.commands)}`], fault: null };
  }
}
