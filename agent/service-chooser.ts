import type { DemandHistory } from './demand-history.ts';
import type { Actor } from './ppo/forward.ts';
import type { Asking } from './question.ts';
import { type ServiceState, serviceFeatures, writeServiceFeatures } from './service-features.ts';
import {
  type ServiceOptions,
  serviceHeads,
  serviceOptionCount,
  usualOptions,
  writeServiceMask,
} from './service-options.ts';

/** Asks the service network for variant, Lambda tier and spillover; without one they stay as the rules have them. */
export class ServiceChooser {
  readonly #actor: Actor | null;
  readonly #options: ServiceOptions;
  /** [feature] Of the last choice. */
  readonly features = new Float32Array(serviceFeatures.length);
  /** [option over the three heads] Of the last choice; an option whose mask is 0 may not be taken. */
  readonly logits = new Float32Array(serviceOptionCount);
  readonly mask = new Uint8Array(serviceOptionCount);

  constructor(actor: Actor | null, options: ServiceOptions) {
    this.#actor = actor;
    this.#options = options;
  }

  /**
   * [head] The likeliest option that may be taken.
   *
   * @param credit accuracy credit; @param requests that the next interval may bring at the most
   * @param state of the service; computed only where there is a network to ask
   */
  *choosing(
    history: DemandHistory,
    credit: number,
    requests: number,
    state: () => ServiceState,
  ): Asking<readonly number[]> {
    const { features, logits, mask } = this;
    if (!this.#actor) return usualOptions;
    writeServiceMask(this.#options, credit, requests, mask, 0);
    writeServiceFeatures(history, history.length, 1, state(), this.#options, features, 0);
    yield { actor: this.#actor, features, count: 1, logits };
    if (logits.some(Number.isNaN)) throw new Error('its network says what is no number');
    let offset = 0;
    return serviceHeads.map((options) => {
      const chosen = this.#likeliest(offset, options);
      offset += options;
      return chosen - (offset - options);
    });
  }

  #likeliest(offset: number, options: number): number {
    let best = offset;
    for (let at = offset; at < offset + options; at++) {
      if (this.mask[at] && (!this.mask[best] || this.logits[at]! > this.logits[best]!)) best = at;
    }
    return best;
  }
}
