import type { Action, Decision, Observation, Policy, PriceBook, ServiceProfile, Workload } from '../env/types.ts';
import { AccuracyCredit } from '../policies/accuracy-credit.ts';
import { vmCapacityPerSecond } from '../policies/economics.ts';
import { HandOver } from '../policies/hand-over.ts';
import { OverloadPrice, sparedShare, trustedSeconds } from '../policies/overload-price.ts';
import { type Setting, settingOf } from '../policies/setting.ts';
import { DemandHistory } from './demand-history.ts';
import { type Familiarity, familiarityOf, type NetworkRanges } from './familiarity.ts';
import { FleetSizer, type FleetVote, type LevelAnswers, type Seen } from './fleet-sizer.ts';
import { GuardedStack } from './guarded-stack.ts';
import { longestLookBack } from './level-features.ts';
import { type LevelPool, type LevelTerms, levelStack, servedPerSecond } from './level-terms.ts';
import { pastDemand } from './past-demand.ts';
import type { Actor } from './ppo/forward.ts';
import type { NetworkSnapshot } from './ppo/snapshot.ts';
import { type Asking, answered } from './question.ts';
import { ServiceActions } from './service-actions.ts';
import { ServiceChooser } from './service-chooser.ts';
import type { ServiceState } from './service-features.ts';
import { serviceOptions, usualOptions, withWaitShare } from './service-options.ts';
import { serviceState } from './service-state.ts';
import { sound } from './sound.ts';
import { voteSentence } from './vote-sentence.ts';
import { WaitPace } from './wait-pace.ts';

/** Trained networks, and the pools that they act on. */
export interface Agent {
  readonly level: Actor;
  /** Null: variant, Lambda tier and spillover stay as the rules have them. */
  readonly service: Actor | null;
  /** Indices of the pools that grow and shrink; the others stay at their minimum. */
  readonly pools: readonly number[];
  /** Router `overflow`: the wait before a request spills, as the rules' parameter of that name; absent: as the promise allows (wait-pace.ts). */
  readonly waitShare?: number;
  /** What each network saw in training; absent: nobody has measured it, so nothing is unlike it. */
  readonly ranges?: NetworkRanges;
}

/** One pool at the last decision: the vote, and what it was made of. */
export interface Considered {
  readonly levels: LevelPool;
  readonly vote: FleetVote;
  readonly answers: LevelAnswers;
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
  readonly #guarded: GuardedStack;
  readonly #chooser: ServiceChooser;
  readonly #actions: ServiceActions;
  readonly #credit: AccuracyCredit;
  readonly #overload: OverloadPrice;
  readonly #history: DemandHistory;
  /** Null: how long requests wait is fixed, or chosen by the service network. */
  readonly #pace: WaitPace | null;
  /** Decision intervals of earlier demand that are looked at. */
  readonly #memory: number;
  readonly #familiar: { readonly level: Familiarity; readonly service: Familiarity | null } | null;
  #votes: readonly FleetVote[] = [];
  #doubt: string | null = null;
  #now = 0;

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
    this.#guarded = new GuardedStack(agent.level, this.#stack, profile, prices, this.#sizers);
    const isPaced = profile.router === 'overflow' && agent.waitShare === undefined && !agent.service;
    this.#pace = isPaced ? new WaitPace(profile, this.#setting.choice) : null;
    const options = withWaitShare(serviceOptions(profile, prices, agent.pools), isPaced ? 1 : agent.waitShare);
    this.#chooser = new ServiceChooser(agent.service, options);
    this.#actions = new ServiceActions(profile, this.#setting, options, this.#pace);
    this.#credit = new AccuracyCredit(profile);
    this.#overload = new OverloadPrice(profile, this.#stack.at(-1)!.pool, variant, {
      credit: this.#credit,
      trustedSeconds,
    });
    this.#memory = Math.max(longestLookBack, Math.ceil(86_400 / profile.decisionSeconds));
    this.#history = new DemandHistory(profile.decisionSeconds / profile.metrics.binSeconds, 64, this.#memory);
    this.#familiar = familiarityOf(agent.ranges);
  }

  /** What was demanded before the first decision, as far as it is known: what the networks look back at. */
  recall(past: Workload): void {
    for (const rates of pastDemand(past, this.#profile, this.#memory)) this.#history.push(rates);
  }

  decide(seen: Observation): Decision {
    return answered(this.deciding(seen));
  }

  /** As `decide`, question by question, so that the questions of several policies can be asked together. */
  *deciding(seen: Observation): Asking<Decision> {
    const observation = sound(seen);
    this.#credit.observe(observation);
    this.#overload.observe(observation);
    this.#pace?.observe(observation);
    if (observation.arrivals) this.#history.push(observation.arrivals.value);
    const now = this.#now++;
    if (!observation.arrivals) return this.#hold(observation);
    const counted = this.#handOver ? { ...observation, pools: this.#handOver.counted(observation.pools) } : observation;
    const about = yield* this.#sizing(counted, now);
    const votes = yield* this.#guarded.deciding(counted, about, this.#votes, this.#doubt);
    const state = () => this.#state(counted, votes);
    const chosen = yield* this.#chooser.choosing(this.#history, this.#credit.value, this.#mostRequests(), state);
    if (this.#agent.service) this.#familiar?.service?.look(this.#chooser.features, 1);
    const action = this.#actions.action(chosen, this.#vmCounts(observation, votes), observation);
    this.#credit.decide(this.#actions.variant(chosen).slack, this.#mostRequests());
    return { action, reason: this.#reason(observation, votes, action) };
  }

  /** While what the networks see is unlike their training. */
  trust(): string | null {
    return this.#doubt === null ? null : `Policy ${this.name} should not be trusted: ${this.#doubt}.`;
  }

  /** Of the network that sizes the fleets. */
  get snapshot(): NetworkSnapshot {
    return this.#agent.level.snapshot;
  }

  /** [pool of the stack] What the last decision was made of; valid until the next. */
  get considered(): readonly Considered[] {
    return this.#votes.map((vote, at) => ({ levels: this.#stack[at]!, vote, answers: this.#sizers[at]!.answers }));
  }

  /** Without arrivals nothing is known, so what is in force, or what was found, stays. */
  #hold(observation: Observation): Decision {
    const found = observation.pools.map(({ ready, booting }, pool) =>
      Math.max(this.#profile.pools[pool]!.min, Math.min(this.#profile.pools[pool]!.max, ready + booting)),
    );
    const action = observation.lastAction ?? this.#actions.action(usualOptions, found, observation);
    const { variants, accuracyFloor } = this.#profile;
    this.#credit.decide(variants[action.variant]!.accuracy - accuracyFloor, this.#mostRequests());
    return { action, reason: 'arrivals are absent: holding what is in force' };
  }

  /** [pool of the stack] What is left over by the last pool is answered by the router's budget first, while there is any. */
  #termsInForce(): readonly LevelTerms[] {
    const last = this.#stack.length - 1;
    return this.#stack.map(({ terms }, index) =>
      index < last ? terms : { ...terms, ratio: this.#overload.ratio(this.#uncreditedRatio(index)) },
    );
  }

  /** @param at in the stack; of the last pool with the price of what is late on Lambda */
  #uncreditedRatio(at: number): number {
    const { ratio } = this.#stack[at]!.terms;
    return at < this.#stack.length - 1 ? ratio : ratio * (1 + (this.#pace?.missPrice ?? 0));
  }

  /** @param at in the stack */
  #sparedShare(at: number): number {
    const spared = at === this.#stack.length - 1 ? this.#overload.sparedShare : 0;
    return sparedShare(spared, this.#overload.scarcity, this.#stack[at]!.lineSlowdown);
  }

  /** @returns [pool of the stack] what the votes are about */
  *#sizing({ pools }: Observation, now: number): Asking<readonly Seen[]> {
    const terms = this.#termsInForce();
    let served = this.#standing(pools);
    const about: Seen[] = [];
    const votes: FleetVote[] = [];
    for (const [index, levels] of this.#stack.entries()) {
      const sparedShare = this.#sparedShare(index);
      const uncreditedRatio = this.#uncreditedRatio(index);
      const seen = { history: this.#history, now, served, terms: terms[index]!, uncreditedRatio, sparedShare };
      const vote = yield* this.#sizers[index]!.voting(seen, pools[levels.pool]!);
      const { features, count } = this.#sizers[index]!.answers;
      this.#familiar?.level.look(features, count);
      about.push(seen);
      votes.push(vote);
      served += servedPerSecond(levels, vote.vms, pools);
    }
    this.#votes = votes;
    const doubts = [this.#familiar?.level.doubt(), this.#familiar?.service?.doubt()];
    this.#doubt = doubts.find((doubt) => doubt != null) ?? null;
    return about;
  }

  /** Requests per second that the pools serve on which the agent does not act. */
  #standing(pools: Observation['pools']): number {
    return pools.reduce((sum, { ready }, pool) => {
      if (this.#stack.some((levels) => levels.pool === pool)) return sum;
      return sum + ready * (vmCapacityPerSecond(this.#profile, pool, this.#setting.choice.variant) ?? 0);
    }, 0);
  }

  #vmCounts(observation: Observation, votes: readonly FleetVote[]): readonly number[] {
    if (this.#handOver) return this.#handOver.vmCounts(observation, votes[0]!.vms);
    return this.#profile.pools.map((pool, index) => {
      const at = this.#stack.findIndex((levels) => levels.pool === index);
      return at < 0 ? pool.min : Math.max(pool.min, Math.min(pool.max, votes[at]!.vms));
    });
  }

  #state(observation: Observation, votes: readonly FleetVote[]): ServiceState {
    return serviceState({
      profile: this.#profile,
      observation,
      stack: this.#stack,
      wanted: votes.map(({ vms }) => vms),
      standing: this.#standing(observation.pools),
      rate: this.#newestRate(),
      credit: this.#credit.value,
      priceRatio: this.#setting.ratio,
    });
  }

  #newestRate(): number {
    return this.#history.length > 0 ? this.#history.means[this.#history.length - 1]! : 0;
  }

  /** In the next interval, by the peak of the last day: what is newest may be late, and demand that fell can come back at once. */
  #mostRequests(): number {
    const { decisionSeconds } = this.#profile;
    return 1.5 * this.#history.peak(Math.ceil(86_400 / decisionSeconds)) * decisionSeconds;
  }

  #reason({ pools }: Observation, votes: readonly FleetVote[], action: Action): string {
    const sizes = this.#stack.map(({ pool }, index) =>
      voteSentence(this.#profile.pools[pool]!.name, votes[index]!, pools[pool]!),
    );
    const variant = this.#profile.variants[action.variant]!.name;
    const choices = `${variant}, Lambda ${action.lambdaMemoryMb} MB${this.#overload.sentence}${this.#pace?.sentence ?? ''}`;
    const demand = `demand ${this.#newestRate().toPrecision(3)} req/s`;
    return [demand, ...sizes, choices, ...this.#guarded.sentences].join('; ');
  }
}
