import { DemandHistory } from '../agent/demand-history.ts';
import { serviceFeatures, writeServiceFeatures } from '../agent/service-features.ts';
import { serviceOptions } from '../agent/service-options.ts';
import { defaultPrices } from '../env/prices.ts';
import { readProfile } from '../env/profile.ts';
import { Random } from '../env/random.ts';
import { FluidWorld } from '../env/sim/fluid-world.ts';
import { initialFleet } from '../env/sim/initial-fleet.ts';
import type { ServiceProfile } from '../env/types.ts';
import { ArrivalStream } from '../env/workload/arrivals.ts';
import { readWorkload } from '../env/workload/reference.ts';
import { settingOf } from '../policies/setting.ts';
import type { Figure } from './figure.ts';
import { loadFollower } from './load-follower.ts';
import { processorSeconds } from './processor-seconds.ts';

const worldCount = 64;
const stepsOfRound = 720;
/** The least disturbed of them counts. */
const rounds = 20;
const day = 24 * 3600;

/** Services in the fluid simulator on a day of traffic, each at another time of it: act, simulate, reward, features. */
export async function benchFluid(): Promise<Figure> {
  const profile = await readProfile('examples/image-classifier.yaml');
  const training = new FluidTraining(profile, await arrivalsOfDay());
  let fastest = 0;
  let step = 0;
  for (let round = 0; round < rounds; round++) {
    const start = processorSeconds();
    for (const end = step + stepsOfRound; step < end; step++) training.step(step);
    fastest = Math.max(fastest, (worldCount * stepsOfRound) / (processorSeconds() - start));
  }
  if (!training.isAlive()) throw new Error('features or rewards are not numbers: the bench measures something else');
  return {
    name: `fluid simulator with features and rewards, one core, ${worldCount} worlds, best of ${rounds} rounds`,
    value: fastest,
    unit: 'decision steps/s',
    goal: { atLeast: 2e5 },
  };
}

/** [second] */
async function arrivalsOfDay(): Promise<Int32Array> {
  const workload = await readWorkload('diurnal:mean=200,hours=24,seed=1', {});
  const counts = new Int32Array(day);
  new ArrivalStream(workload, Random.seeded(1, 'arrivals')).take(counts);
  return counts;
}

interface Memory {
  credit: number;
  spilledShare: number;
  missedShare: number;
}

/** What agent/service-worlds.ts does for each world and step, but for the twin that it compares with and the drawing of arrivals. */
class FluidTraining {
  readonly #counts: Int32Array;
  readonly #history: DemandHistory;
  readonly #worlds: readonly FluidWorld[];
  readonly #memories: readonly Memory[];
  /** [world, feature] */
  readonly #features = new Float32Array(worldCount * serviceFeatures.length);
  /** [world] */
  readonly #rewards = new Float32Array(worldCount);
  readonly #violations = new Float32Array(worldCount);
  readonly #act: ReturnType<typeof loadFollower>;
  readonly #setting: ReturnType<typeof settingOf>;
  readonly #options: ReturnType<typeof serviceOptions>;
  readonly #profile: ServiceProfile;

  constructor(profile: ServiceProfile, counts: Int32Array) {
    const { binSeconds } = profile.metrics;
    const bins = Float32Array.from({ length: counts.length / binSeconds }, (_, bin) => {
      const seconds = counts.subarray(bin * binSeconds, (bin + 1) * binSeconds);
      return seconds.reduce((sum, one) => sum + one, 0) / binSeconds;
    });
    const workload = { name: 'day', stepSeconds: 1, requests: Float64Array.from(counts), counted: true };
    const initial = initialFleet(profile, workload);
    this.#profile = profile;
    this.#counts = counts;
    this.#history = DemandHistory.of(bins, profile.decisionSeconds / binSeconds);
    this.#act = loadFollower(profile);
    this.#setting = settingOf(profile, defaultPrices);
    this.#options = serviceOptions(profile, defaultPrices, [this.#setting.choice.pool]);
    this.#worlds = Array.from(
      { length: worldCount },
      (_, seed) => new FluidWorld(profile, defaultPrices, seed, initial),
    );
    this.#memories = this.#worlds.map(() => ({ credit: 0, spilledShare: 0, missedShare: 0 }));
  }

  step(step: number): void {
    const { decisionSeconds } = this.#profile;
    for (let index = 0; index < worldCount; index++) {
      const minute = 1 + ((step + index * 5) % (this.#history.length - 1));
      const world = this.#worlds[index]!;
      const action = this.#act(this.#history.means[minute - 1]!);
      world.advance(action, this.#counts, minute * decisionSeconds);
      this.#judge(index);
      this.#observe(index, minute + 1, action.vmCounts[this.#setting.choice.pool]!);
    }
  }

  /** The dollars of the interval in those of the VMs that the load keeps busy; what was late or lost; accuracy gained. */
  #judge(index: number): void {
    const { ledger } = this.#worlds[index]!;
    const memory = this.#memories[index]!;
    let requests = 0;
    let answered = 0;
    let missed = 0;
    for (let k = 0; k < ledger.requests.length; k++) {
      requests += ledger.requests[k]!;
      answered += ledger.inTime[k]! + ledger.late[k]!;
      missed += ledger.late[k]! + ledger.lost[k]!;
    }
    this.#rewards[index] = (-(ledger.vmUsd + ledger.lambdaUsd) * this.#setting.vmPerSecond) / Math.max(requests, 1);
    this.#violations[index] = missed / Math.max(requests, 1) - (1 - this.#profile.slo.attainment);
    memory.credit += ledger.accuracySum - this.#profile.accuracyFloor * answered;
    memory.spilledShare = ledger.spilled / Math.max(requests, 1);
    memory.missedShare = missed / Math.max(requests, 1);
    ledger.clear();
  }

  #observe(index: number, now: number, vms: number): void {
    const { choice, vmPerSecond, standingPerSecond, ratio } = this.#setting;
    const world = this.#worlds[index]!;
    const memory = this.#memories[index]!;
    const { ready, booting } = world.pools()[choice.pool]!;
    const capacity = ready * vmPerSecond + standingPerSecond;
    const state = {
      capacity,
      booting: booting * vmPerSecond,
      wanted: vms * vmPerSecond,
      backlogSeconds: world.waiting / (capacity + 1e-3),
      spilledShare: memory.spilledShare,
      missedShare: memory.missedShare,
      creditSeconds: memory.credit / (0.01 * this.#history.means[now - 1]! + 1e-3),
      priceRatio: ratio,
    };
    const offset = index * serviceFeatures.length;
    writeServiceFeatures(this.#history, now, 1, state, this.#options, this.#features, offset);
  }

  isAlive(): boolean {
    const numbers = [...this.#features, ...this.#rewards, ...this.#violations];
    return numbers.every(Number.isFinite) && this.#rewards.every((one) => one < 0);
  }
}
