import type { Observation } from '../../env/types.ts';
import { newestRate, seenUntilSeconds } from '../demand.ts';
import type { Parameter } from '../kind.ts';
import { count, short, type Wish } from '../rule.ts';
import { presentVms, type Setting, vmsForRate } from '../setting.ts';
import { ReadyHistory } from './ready-history.ts';
import { WarmUp } from './warm-up.ts';

export interface TargetTerms {
  /** Load per ready VM, as a share of what keeps it fully busy. */
  readonly target: number;
  /** Newest points that must all be above the target for a scale-out. */
  readonly highPoints: number;
  /** Newest points that must all be below nine tenths of it for a scale-in. */
  readonly lowPoints: number;
  readonly warmUpSeconds: number;
}

export const target = {
  name: 'target',
  unit: 'share',
  default: 0.5,
  min: 0.05,
  max: 3,
  meaning: 'load per ready VM that is held, as a share of what keeps the VM fully busy',
  tune: [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.5],
} as const satisfies Parameter;

export const highPoints = {
  name: 'highPoints',
  unit: 'points',
  default: 3,
  min: 1,
  max: 1000,
  whole: true,
  meaning: 'newest points that must all be above the target for a scale-out',
  tune: [1, 3, 5],
} as const satisfies Parameter;

export const lowPoints = {
  name: 'lowPoints',
  unit: 'points',
  default: 15,
  min: 1,
  max: 1000,
  whole: true,
  meaning: 'newest points that must all be below nine tenths of the target for a scale-in',
  tune: [3, 5, 15, 30],
} as const satisfies Parameter;

export const warmUpSeconds = {
  name: 'warmUpSeconds',
  unit: 's',
  default: 300,
  min: 0,
  max: 86400,
  meaning: 'time after a launch in which its VM is warming up: until then no VM goes',
  tune: [0, 120, 300, 600],
} as const satisfies Parameter;

/** The low alarm of a target: AWS leaves a gap, so that the two alarms do not take turns. */
const lowShare = 0.9;

interface Point {
  readonly load: number;
  /** VMs that would have brought the load to the target. */
  readonly needed: number;
}

/**
 * Target tracking of EC2 Auto Scaling: a high and a low alarm on the load per VM in service. VMs that warm up are part of the fleet, not of the metric, and
 * while one does, no VM goes. Too few points are INSUFFICIENT_DATA: nothing is done.
 */
export class TargetTracker {
  readonly #setting: Setting;
  readonly #terms: TargetTerms;
  readonly #seenReady = new ReadyHistory();
  readonly #warmUp: WarmUp;
  /** Oldest first. */
  #points: Point[] = [];
  #untilSeconds = Number.NEGATIVE_INFINITY;

  constructor(setting: Setting, terms: TargetTerms) {
    this.#setting = setting;
    this.#terms = terms;
    this.#warmUp = new WarmUp(terms.warmUpSeconds);
  }

  /** Null: no arrivals are visible. */
  size(observation: Observation): Wish | null {
    const { ready, booting } = observation.pools[this.#setting.choice.pool] ?? { ready: 0, booting: 0 };
    this.#seenReady.add(observation.timeSeconds, ready);
    const rate = newestRate(observation);
    if (rate === null) return null;
    if (ready + booting === 0 && rate > 0)
      return { vms: 1, because: 'an empty pool shows no load per VM: starting 1 VM' };
    this.#see(observation, rate);
    const present = presentVms(this.#setting, observation);
    const isWarming = this.#warmUp.isWarming(observation.timeSeconds, present, booting);
    return this.#alarmed(present, isWarming);
  }

  #see(observation: Observation, rate: number): void {
    const until = seenUntilSeconds(observation)!;
    if (until <= this.#untilSeconds) return;
    this.#untilSeconds = until;
    const ready = this.#seenReady.at(until);
    if (ready === 0) return;
    const busyVms = vmsForRate(this.#setting, rate);
    const needed = Math.ceil(busyVms / this.#terms.target - 1e-9);
    this.#points.push({ load: busyVms / ready, needed });
    this.#points = this.#points.slice(-Math.max(this.#terms.highPoints, this.#terms.lowPoints));
  }

  #alarmed(present: number, isWarming: boolean): Wish {
    const { target: held, highPoints: high, lowPoints: low } = this.#terms;
    const newest = this.#points.at(-1);
    if (newest === undefined) return { vms: present, because: `insufficient data: keeping ${count(present)}` };
    const said = `load per VM, ${short(newest.load)},`;
    if (this.#all(high, (load) => load > held)) {
      const vms = Math.max(present, newest.needed);
      return {
        vms,
        because: `${said} has been above ${held} for ${points(high)}, which needs ${count(newest.needed)}`,
      };
    }
    if (!this.#all(low, (load) => load < lowShare * held)) {
      return { vms: present, because: `${said} sets off no alarm at a target of ${held}: keeping ${count(present)}` };
    }
    const because = `${said} has been below ${short(lowShare * held)} for ${points(low)}, which needs ${count(newest.needed)}`;
    if (isWarming) return { vms: present, because: `${because}, but VMs are warming up: keeping ${count(present)}` };
    return { vms: Math.min(present, newest.needed), because };
  }

  #all(newest: number, is: (load: number) => boolean): boolean {
    return this.#points.length >= newest && this.#points.slice(-newest).every(({ load }) => is(load));
  }
}

function points(many: number): string {
  return many === 1 ? '1 point' : `${many} points`;
}
