import type { Action, Decision, Observation, Policy, PriceBook, ServiceProfile, Workload } from '../env/types.ts';
import { durationSeconds } from '../env/workload/duration.ts';
import { expectedRequests } from '../env/workload/mean-rates.ts';
import { vmCapacityPerSecond } from '../policies/economics.ts';
import { HandOver } from '../policies/hand-over.ts';
import { type Setting, settingOf } from '../policies/setting.ts';
import { AccuracyCredit } from './accuracy-credit.ts';
import { DemandHistory } from './demand-history.ts';
import { FleetSizer, type FleetVote } from './fleet-sizer.ts';
import { GuardedLevels } from './guarded-levels.ts';
import { type LevelPool, levelStack } from './level-terms.ts';
import type { Actor } from './ppo/forward.ts';
import { ServiceActions } from './service-actions.ts';
import { serviceFeatures, writeServiceFeatures } from './service-features.ts';
import {
  type ServiceOptions,
  serviceHeads,
  serviceOptionCount,
  serviceOptions,
  usualOptions,
  withWaitShare,
  writeServiceMask,
} from './service-options.ts';

/** Decision intervals of earlier demand that are looked at: three days of minutes. */
const longestRecall = 4320;

/** Trained networks, and the pools that they act on. */
export interface Agent {
  readonly level: Actor;
  /** Null: variant, Lambda tier and spillover stay as the rules have them. */
  readonly service: Actor | null;
  /** Indices of the pools that grow and shrink; the others stay at their minimum. */
  readonly pools: readonly number[];
  /** Router `overflow`: the wait before a request spills, as the rules' parameter of that name; absent: what the rules have by default. */
  readonly waitShare?: number;
}

/**
 * The learned policy. One network is asked about every VM of every pool ("should the k-th be on?"), a second one chooses variant, Lambda tier
 * and spillover from what the profile offers. Always the likeliest option: it acts the same every time.
 */
export class PpoPolicy implements Policy {
  readonly name: string;
  readonly #profile: ServiceProfile;
  readonly #agent: Agent;
  readonly #setting: Setting;
  readonly #stack: readonly LevelPool[];
  readonly #sizers: readonly FleetSizer[];
  /** Where one pool alone is acted on. */
  readonly #handOver: HandOver | null;
  /** Where the levels of one pool alone are in question. */
  readonly #guarded: GuardedLevels | null;
  readonly #options: ServiceOptions;
  readonly #actions: ServiceActions;
  readonly #credit: AccuracyCredit;
  readonly #history: DemandHistory;
  readonly #features = new Float32Array(serviceFeatures.length);
  readonly #logits = new Float32Array(serviceOptionCount);
  readonly #mask = new Uint8Array(serviceOptionCount);
  #now = 0;
  #ruleNote = '';

  constructor(name: string, profile: ServiceProfile, prices: PriceBook, agent: Agent) {
    this.name = name;
    this.#profile = profile;
    this.#agent = agent;
    const alone = agent.pools.length === 1 ? agent.pools[0]! : null;
    this.#setting = settingOf(profile, prices, alone === null ? null : alone + 1);
    this.#handOver = alone === null ? null : new HandOver(this.#setting);
    const { variant, tier } = this.#setting.choice;
    this.#stack = levelStack(profile, prices, variant, tier, agent.pools);
    this.#sizers = this.#stack.map((levels) => new FleetSizer(agent.level, profile.pools[levels.pool]!, levels));
    this.#guarded = this.#stack.length === 1 ? new GuardedLevels(agent.level, this.#stack[0]!, profile, prices) : null;
    this.#options = withWaitShare(serviceOptions(profile, prices, agent.pools), agent.waitShare);
    this.#actions = new ServiceActions(profile, this.#setting, this.#options);
    this.#credit = new AccuracyCredit(profile);
    this.#history = new DemandHistory(profile.decisionSeconds / profile.metrics.binSeconds, 64);
  }

  /** What was demanded before the first decision, as far as it is known: at most three days of it. */
  recall(past: Workload): void {
    const { decisionSeconds, metrics } = this.#profile;
    const seconds = durationSeconds(past);
    const bins = decisionSeconds / metrics.binSeconds;
    for (let left = Math.min(longestRecall, Math.floor(seconds / decisionSeconds)); left > 0; left--) {
      const from = seconds - left * decisionSeconds;
      const rates = Array.from({ length: bins }, (_, bin) => {
        const start = from + bin * metrics.binSeconds;
        return expectedRequests(past, start, start + metrics.binSeconds) / metrics.binSeconds;
      });
      this.#history.push(rates);
    }
  }

  decide(seen: Observation): Decision {
    const observation = isSound(seen) ? seen : { ...seen, arrivals: null };
    this.#credit.observe(observation);
    if (observation.arrivals) this.#history.push(observation.arrivals.value);
    const now = this.#now++;
    if (!observation.arrivals) return this.#hold(observation);
    const votes = this.#guard(observation, this.#size(observation, now), now);
    const chosen = this.#choose(observation, votes);
    const action = this.#actions.action(chosen, this.#vmCounts(observation, votes), observation);
    this.#credit.decide(this.#actions.variant(chosen).slack, this.#mostRequests());
    return { action, reason: this.#reason(observation, votes, action) };
  }

  /** Without arrivals nothing is known, so what is in force, or what was found, stays. */
  #hold(observation: Observation): Decision {
    const found = observation.pools.map(({ ready, booting }, pool) =>
      Math.max(this.#profile.pools[pool]!.min, Math.min(this.#profile.pools[pool]!.max, ready + booting)),
    );
    const action = observation.lastAction ?? this.#actions.action(usualOptions, found, observation);
    const slack = this.#profile.variants[action.variant]!.accuracy - this.#profile.accuracyFloor;
    this.#credit.decide(slack, this.#mostRequests());
    return { action, reason: 'arrivals are absent: holding what is in force' };
  }

  /** [pool of the stack] */
  #size({ pools }: Observation, now: number): FleetVote[] {
    let served = this.#standing(pools);
    return this.#stack.map((levels, index) => {
      const vote = this.#sizers[index]!.vote(this.#history, now, served, pools[levels.pool]!);
      // What still boots carries nothing yet, so the next pool must not be cut for it.
      served += Math.min(vote.vms, pools[levels.pool]!.ready) * levels.vmPerSecond;
      return vote;
    });
  }

  /** The rule's wish in place of the vote, where the rule acts. */
  #guard(observation: Observation, votes: FleetVote[], now: number): FleetVote[] {
    const rule = this.#guarded?.decide(observation, this.#history, now, this.#standing(observation.pools)) ?? null;
    this.#ruleNote = rule === null ? '' : `; ${rule.because}`;
    return rule === null ? votes : [{ ...votes[0]!, vms: rule.vms }];
  }

  /** Requests per second that the pools serve on which the agent does not act. */
  #standing(pools: Observation['pools']): number {
    const { variant } = this.#setting.choice;
    return pools.reduce((sum, { ready }, pool) => {
      const acts = this.#stack.some((levels) => levels.pool === pool);
      return sum + (acts ? 0 : ready * (vmCapacityPerSecond(this.#profile, pool, variant) ?? 0));
    }, 0);
  }

  #vmCounts(observation: Observation, votes: readonly FleetVote[]): number[] {
    if (this.#handOver) return this.#handOver.vmCounts(observation, votes[0]!.vms);
    return this.#profile.pools.map((pool, index) => {
      const at = this.#stack.findIndex((levels) => levels.pool === index);
      return at < 0 ? pool.min : Math.max(pool.min, Math.min(pool.max, votes[at]!.vms));
    });
  }

  /** [head] */
  #choose(observation: Observation, votes: readonly FleetVote[]): readonly number[] {
    if (!this.#agent.service) return usualOptions;
    writeServiceMask(this.#options, this.#credit.value, this.#mostRequests(), this.#mask, 0);
    writeServiceFeatures(
      this.#history,
      this.#history.length,
      1,
      this.#state(observation, votes),
      this.#options,
      this.#features,
      0,
    );
    this.#agent.service.logits(this.#features, this.#logits);
    let offset = 0;
    return serviceHeads.map((options) => {
      let best = offset;
      for (let at = offset; at < offset + options; at++) {
        if (this.#mask[at] && (!this.#mask[best] || this.#logits[at]! > this.#logits[best]!)) best = at;
      }
      const chosen = best - offset;
      offset += options;
      return chosen;
    });
  }

  #state(observation: Observation, votes: readonly FleetVote[]) {
    const rate = this.#newestRate() + 1e-3;
    const serve = (count: (index: number, levels: LevelPool) => number) =>
      this.#stack.reduce((sum, levels, index) => sum + count(index, levels) * levels.vmPerSecond, 0);
    const capacity = serve((_, levels) => observation.pools[levels.pool]!.ready) + this.#standing(observation.pools);
    const waiting = observation.queueLength.reduce((sum, one) => sum + (one?.value ?? 0), 0);
    const attainment = observation.attainment.reduce(
      (sum, one, k) => sum + (one?.value ?? 1) * this.#profile.slo.classes[k]!.share,
      0,
    );
    return {
      capacity,
      booting: serve((_, levels) => observation.pools[levels.pool]!.booting),
      wanted: serve((index) => votes[index]!.vms),
      backlogSeconds: waiting / (capacity + 1e-3),
      spilledShare: Math.min(1, (observation.spilledPerSecond?.value ?? 0) / rate),
      missedShare: 1 - attainment,
      creditSeconds: this.#credit.value / (0.01 * rate),
      priceRatio: this.#setting.ratio,
    };
  }

  #newestRate(): number {
    return this.#history.length > 0 ? this.#history.means[this.#history.length - 1]! : 0;
  }

  /** In the next interval, by the peak of the last day: what is newest may be late, and demand that fell can come back at once. */
  #mostRequests(): number {
    const { decisionSeconds } = this.#profile;
    const day = Math.ceil(86_400 / decisionSeconds);
    let peak = 0;
    for (let interval = Math.max(0, this.#history.length - day); interval < this.#history.length; interval++) {
      peak = Math.max(peak, this.#history.peaks[interval]!);
    }
    return 1.5 * peak * decisionSeconds;
  }

  #reason({ pools }: Observation, votes: readonly FleetVote[], action: Action): string {
    const sizes = this.#stack.map((levels, index) => {
      const { vms, from, upTo } = votes[index]!;
      const { ready, booting } = pools[levels.pool]!;
      const asked =
        upTo > from ? `${vms - from} of the levels ${from + 1} to ${upTo} vote to be on` : 'no level is in doubt';
      return `${this.#profile.pools[levels.pool]!.name}: ${asked}, so ${vms} VMs (${ready} ready, ${booting} booting)`;
    });
    const variant = this.#profile.variants[action.variant]!.name;
    return `demand ${this.#newestRate().toPrecision(3)} req/s; ${sizes.join('; ')}; ${variant}, Lambda ${action.lambdaMemoryMb} MB${this.#ruleNote}`;
  }
}

/** Rates that are no numbers, or below 0, tell nothing. */
function isSound({ arrivals }: Observation): boolean {
  return arrivals === null || arrivals.value.every((rate) => rate >= 0 && rate < Number.POSITIVE_INFINITY);
}
