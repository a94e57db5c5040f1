import type { Mutation, TargetWeight } from '../writing/mutation.ts';
import type { Imagines } from '../writing/shadow-writer.ts';
import type { ReadRule } from './rule-reader.ts';

/** The weights of a shadow run: those that it would have set, until somebody really changes the rule. */
export class ShadowRule implements Imagines {
  #imagined: { readonly weights: readonly TargetWeight[]; readonly real: string } | null = null;
  #real = '';

  /** Reads through the shadow. */
  over(read: ReadRule): ReadRule {
    return async (rule) => {
      const answer = await read(rule);
      if (answer.fault !== null) return answer;
      this.#real = JSON.stringify(answer.value.weights);
      if (this.#imagined?.real !== this.#real) this.#imagined = null;
      return { value: { ...answer.value, weights: this.#imagined?.weights ?? answer.value.weights }, fault: null };
    };
  }

  note(mutation: Mutation): undefined {
    if (mutation.kind === 'modify-rule') this.#imagined = { weights: mutation.weights, real: this.#real };
  }
}
