import type { Observation } from '../../env/types.ts';
import { policyKind } from '../kind.ts';
import { optionalHeadroom, optionalWaitShare, pool } from '../knobs.ts';
import { count, short, type Wish } from '../rule.ts';
import { scaledRule } from '../scaling/scaled-rule.ts';
import { percentChange, stepShare } from '../scaling/step-adjustment.ts';
import { warmUpSeconds } from '../scaling/target-tracker.ts';
import { WarmUp } from '../scaling/warm-up.ts';
import { presentVms, type Setting, settingOf } from '../setting.ts';

interface StepTerms {
  readonly scaleOutAt: number;
  readonly scaleInAt: number;
  readonly stepWidth: number;
  readonly smallShare: number;
  readonly largeShare: number;
  readonly outPoints: number;
  readonly inPoints: number;
  readonly warmUpSeconds: number;
}

const utilizationShare = { unit: 'share', min: 0, max: 1 } as const;
const fleetShare = { unit: 'share', min: 0, max: 10 } as const;
const pointCount = { unit: 'points', min: 1, max: 1000, whole: true } as const;

export const stepScaling = policyKind({
  name: 'step-scaling',
  summary:
    'Adds or takes a share of the fleet that grows, step by step, with the distance of utilisation from a threshold.',
  source:
    'Step and simple scaling policies (Amazon EC2 Auto Scaling User Guide). The defaults are its example: 50 % utilisation; nothing within 10 points of it, ' +
    '10 % of the fleet within 20, 30 % beyond, both ways; changes rounded as it says.',
  open:
    'How many points an alarm waits for: two, as in the alarms of that guide. While VMs warm up, a further breach adds only what the step asks for beyond them, ' +
    'and no VM goes. An empty pool, which shows no utilisation, starts a VM.',
  cadenceSeconds: 60,
  parameters: [
    {
      name: 'scaleOutAt',
      ...utilizationShare,
      default: 0.5,
      meaning: 'utilisation from which the steps up count',
      tune: [0.3, 0.4, 0.5, 0.6, 0.7, 0.8],
    },
    {
      name: 'scaleInAt',
      ...utilizationShare,
      default: 0.5,
      meaning: 'utilisation from which the steps down count',
      tune: [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8],
    },
    {
      name: 'stepWidth',
      ...utilizationShare,
      min: 0.001,
      default: 0.1,
      meaning: 'distance between the steps; within the first nothing is done',
      tune: [0.05, 0.1, 0.15],
    },
    {
      name: 'smallShare',
      ...fleetShare,
      default: 0.1,
      meaning: 'part of the fleet that the second step adds or takes, at least one VM',
      tune: [0.05, 0.1, 0.2],
    },
    {
      name: 'largeShare',
      ...fleetShare,
      default: 0.3,
      meaning: 'part of the fleet that the third step adds or takes, at least one VM',
      tune: [0.1, 0.3, 0.5, 1],
    },
    {
      name: 'outPoints',
      ...pointCount,
      default: 2,
      meaning: 'newest points that must all reach the threshold for VMs to be added',
      tune: [1, 2, 3],
    },
    {
      name: 'inPoints',
      ...pointCount,
      default: 2,
      meaning: 'newest points that must all be at or below the threshold for VMs to go',
      tune: [1, 2, 5, 15],
    },
    warmUpSeconds,
    optionalWaitShare,
    optionalHeadroom,
    pool,
  ],
  create(profile, prices, values) {
    const setting = settingOf(profile, prices, values.pool);
    return scaledRule('step-scaling', setting, new StepScaler(setting, values), values);
  },
});

class StepScaler {
  readonly #setting: Setting;
  readonly #terms: StepTerms;
  readonly #warmUp: WarmUp;
  /** Utilisation, oldest first. */
  #points: number[] = [];
  #untilSeconds = Number.NEGATIVE_INFINITY;
  /** The fleet without the VMs that warm up; null: not looked yet. */
  #warm: number | null = null;

  constructor(setting: Setting, terms: StepTerms) {
    this.#setting = setting;
    this.#terms = terms;
    this.#warmUp = new WarmUp(terms.warmUpSeconds);
  }

  size(observation: Observation): Wish | null {
    const { pool: index } = this.#setting.choice;
    const { ready, booting } = observation.pools[index] ?? { ready: 0, booting: 0 };
    if (ready + booting === 0) return { vms: 1, because: 'an empty pool shows no utilisation: starting 1 VM' };
    const signal = observation.utilization[index] ?? null;
    if (signal === null) return null;
    const present = presentVms(this.#setting, observation);
    const isWarming = this.#warmUp.isWarming(observation.timeSeconds, present, booting);
    if (!isWarming) this.#warm = present;
    this.#warm ??= ready;
    return this.#see(observation.timeSeconds - signal.ageSeconds, signal.value)
      ? this.#stepped(present, this.#warm, isWarming)
      : { vms: present, because: `nothing new of utilisation: keeping ${count(present)}` };
  }

  /** False: nothing newer than what is known. */
  #see(untilSeconds: number, utilization: number): boolean {
    if (untilSeconds <= this.#untilSeconds) return false;
    this.#untilSeconds = untilSeconds;
    this.#points = [...this.#points, utilization].slice(-Math.max(this.#terms.outPoints, this.#terms.inPoints));
    return true;
  }

  #stepped(present: number, warm: number, isWarming: boolean): Wish {
    const { scaleOutAt, scaleInAt, stepWidth, smallShare, largeShare, outPoints, inPoints } = this.#terms;
    const steps = { width: stepWidth, smallShare, largeShare };
    const newest = this.#points.at(-1)!;
    const out = this.#all(outPoints, (point) => point >= scaleOutAt) ? stepShare(newest - scaleOutAt, steps) : 0;
    const down = this.#all(inPoints, (point) => point <= scaleInAt) ? stepShare(newest - scaleInAt, steps) : 0;
    const said = `utilisation is ${short(newest)}`;
    if (out > 0) {
      const vms = Math.max(present, warm + percentChange(warm, out));
      return { vms, because: `${said}, a step of ${short(100 * out)} % over ${count(warm)}` };
    }
    if (down >= 0) return { vms: present, because: `${said}: keeping ${count(present)}` };
    if (isWarming) return { vms: present, because: `${said}, but VMs are warming up: keeping ${count(present)}` };
    const vms = present + percentChange(present, down);
    return { vms, because: `${said}, a step of ${short(100 * down)} % over ${count(present)}` };
  }

  #all(newest: number, is: (point: number) => boolean): boolean {
    return this.#points.length >= newest && this.#points.slice(-newest).every(is);
  }
}
