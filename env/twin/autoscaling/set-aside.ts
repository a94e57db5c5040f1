import type { Instance } from './instance.ts';

/** Instances that a person has in Standby, and for how long; their group replaces them meanwhile (EnterStandby without a decrement). */
export class SetAside {
  readonly #share: () => number;
  #hasBegun = false;

  /** `share`: of the instances in service; 0: nobody is to be aside now. */
  constructor(share: () => number) {
    this.#share = share;
  }

  /** What is due by now; by how many the desired capacity rises, since ExitStandby adds who comes back to it. */
  settle(instances: readonly Instance[]): number {
    const share = this.#share();
    const isToBegin = share > 0 && !this.#hasBegun;
    this.#hasBegun = share > 0;
    if (isToBegin) {
      const serving = instances.filter(({ lifecycle }) => lifecycle === 'InService');
      for (const one of serving.slice(0, Math.ceil(share * serving.length))) one.lifecycle = 'Standby';
    }
    const back = share > 0 ? [] : instances.filter(({ lifecycle }) => lifecycle === 'Standby');
    for (const one of back) one.lifecycle = 'InService';
    return back.length;
  }
}
