import type { Decision, Observation, PriceBook, ServiceProfile, Workload } from '../../env/types.ts';
import { type ForesightKnobs, foresight, type Plan } from '../bound/foresight.ts';
import { type Clairvoyant, policyKind } from '../kind.ts';
import { headroom, utilization, waitShare } from '../knobs.ts';
import { count, short } from '../rule.ts';
import { presentCounts, readyPerSecond, type Setting, settingOf } from '../setting.ts';

export const oracle = policyKind({
  name: 'oracle',
  summary:
    'Knows all that will arrive, and replays the schedule of the bound in whole VMs that boot: what a policy could reach, and no policy can know.',
  source: 'The optimal schedule per level of the fleet (Albers and Quedenfeld, SPAA 2018), as the bound uses it.',
  open:
    'What must hold in the simulator and not in the bound: how busy a VM may be, how long a launch must come before it is needed, and how far waiting evens out ' +
    'bursts. Variants change from decision to decision, so that the mean accuracy just meets the floor; where the router spends accuracy by itself they do not.',
  isClairvoyant: true,
  parameters: [
    { ...utilization, default: 1, tune: [0.8, 0.85, 0.9, 0.95, 1] },
    {
      name: 'leadQuantile',
      unit: 'share',
      default: 0.5,
      min: 0.001,
      max: 0.999,
      meaning:
        'share of boots that are over when a VM is counted on; it is launched that long before, in whole decisions',
      tune: [0.01, 0.1, 0.5, 0.9],
    },
    {
      name: 'burstSeconds',
      unit: 's',
      default: 4,
      min: 0.01,
      max: 3600,
      meaning: 'time over which waiting evens out arrivals: the longer, the fewer VMs are held against chance',
      tune: [1, 2, 4, 8, 16],
    },
    {
      name: 'lambdaFactor',
      unit: 'factor',
      default: 1,
      min: 0.1,
      max: 10,
      meaning: 'Lambda is taken to cost this much times its price, as cold starts are paid for too',
      tune: [0.85, 1, 1.15, 1.3],
    },
    { ...waitShare, default: 0.75 },
    headroom,
  ],
  create: (profile, prices, values): Clairvoyant => new Oracle(profile, prices, values),
});

type Knobs = ForesightKnobs & { readonly waitShare: number; readonly headroom: number };

class Oracle implements Clairvoyant {
  readonly name = 'oracle';
  readonly #profile: ServiceProfile;
  readonly #prices: PriceBook;
  readonly #knobs: Knobs;
  readonly #setting: Setting;
  #future: Workload | null = null;
  #plan: Plan | null = null;

  constructor(profile: ServiceProfile, prices: PriceBook, knobs: Knobs) {
    this.#profile = profile;
    this.#prices = prices;
    this.#knobs = knobs;
    this.#setting = settingOf(profile, prices);
  }

  foresee(future: Workload): void {
    this.#future = future;
    this.#plan = null;
  }

  decide(observation: Observation): Decision {
    if (this.#future === null) return this.#hold(observation, 'the future is absent');
    const found = observation.pools.map(({ ready, booting }) => ready + booting);
    this.#plan ??= foresight(this.#profile, this.#prices, this.#future, found, this.#knobs);
    const step = Math.round(observation.timeSeconds / this.#profile.decisionSeconds);
    if (step >= this.#plan.load.steps) return this.#hold(observation, 'the future that was told is over');
    return this.#follow(this.#plan, step, observation);
  }

  #follow(plan: Plan, step: number, observation: Observation): Decision {
    const variant = plan.variant[step]!;
    const vmCounts = plan.asked.map((vms) => vms[step]!);
    const serving = plan.serving.reduce((sum, vms) => sum + vms[step]!, 0);
    const asked = vmCounts.reduce((sum, vms) => sum + vms, 0);
    const rate = plan.load.rates[step]!;
    return {
      action: {
        variant,
        vmCounts,
        lambdaMemoryMb: plan.memoryMb[variant]!,
        spillover: {
          maxWaitMs:
            this.#profile.router === 'overflow'
              ? plan.slackMs[variant]!.map((slack) => this.#knobs.waitShare * slack)
              : this.#profile.slo.classes.map(() => null),
          lambdaShare: this.#profile.router === 'weights' ? this.#excessShare(observation, variant, rate) : 0,
        },
      },
      reason:
        `${short(rate)} req/s will come: ${count(serving)} are to serve them, and ${count(asked)} to be there for what follows; ` +
        present(observation),
    };
  }

  #excessShare(observation: Observation, variant: number, rate: number): number {
    const setting = { ...this.#setting, choice: { ...this.#setting.choice, variant } };
    const capacity = readyPerSecond(setting, observation);
    return rate > 0 ? Math.max(0, 1 - capacity / (this.#knobs.headroom * rate)) : 0;
  }

  #hold(observation: Observation, because: string): Decision {
    const { choice, lambdaMemoryMb } = this.#setting;
    const vmCounts = presentCounts(this.#setting, observation);
    const vms = vmCounts.reduce((sum, one) => sum + one, 0);
    const action = observation.lastAction ?? {
      variant: choice.variant,
      vmCounts,
      lambdaMemoryMb,
      spillover: { maxWaitMs: this.#profile.slo.classes.map(() => 0), lambdaShare: 0 },
    };
    return { action, reason: `${because}: holding ${count(vms)}; ${present(observation)}` };
  }
}

function present({ pools }: Observation): string {
  const sum = (of: 'ready' | 'booting') => pools.reduce((total, pool) => total + pool[of], 0);
  return `${sum('ready')} ready, ${sum('booting')} booting`;
}
