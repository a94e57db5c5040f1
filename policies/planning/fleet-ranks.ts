import type { Observation } from '../../env/types.ts';
import { presentVms, type Setting } from '../setting.ts';
import { BootWatch } from './boot-watch.ts';

/** Tells of every level of the fleet how far it is from serving; the levels that serve are the lowest, then come those that boot. */
export class FleetRanks {
  readonly #setting: Setting;
  readonly #watch: BootWatch;
  #asked: number | null = null;

  constructor(setting: Setting) {
    this.#setting = setting;
    this.#watch = new BootWatch(setting.bootSeconds);
  }

  /** [level] Seconds until it serves: 0 for those that do. Levels beyond are off. */
  bootSeconds(observation: Observation): number[] {
    const { ready, booting } = observation.pools[this.#setting.choice.pool] ?? { ready: 0, booting: 0 };
    const present = presentVms(this.#setting, observation);
    // What was asked for in the meantime, by whomever, is what is in force.
    if (this.#asked !== null && present !== this.#asked)
      this.#watch.note(observation.timeSeconds, present - this.#asked);
    this.#asked = present;
    const serving = new Array<number>(ready).fill(0);
    return [...serving, ...this.#watch.remainingSeconds(observation.timeSeconds, booting)];
  }

  /** So many VMs are asked for from now on. */
  ask(timeSeconds: number, vms: number): void {
    if (this.#asked !== null) this.#watch.note(timeSeconds, vms - this.#asked);
    this.#asked = vms;
  }
}
