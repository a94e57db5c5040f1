import { Random } from '../env/random.ts';
import { cheapestChoice } from '../policies/economics.ts';
import { adopted, untaught } from './first-network.ts';
import { Judge } from './judge.ts';
import { LevelCrew } from './level-crew.ts';
import { levelFeatures } from './level-features.ts';
import { improveLevels } from './level-segment.ts';
import { levelLessons } from './level-teacher.ts';
import type { LevelYardstick } from './level-yardstick.ts';
import { poolStacks, poolsFor } from './pool-stacks.ts';
import { Actor } from './ppo/forward.ts';
import { Lagrange } from './ppo/lagrange.ts';
import { Learner } from './ppo/learner.ts';
import type { LearnerState } from './ppo/snapshot.ts';
import { runSegment, type Segment } from './segment.ts';
import { segmentSteps } from './segment-steps.ts';
import { ServiceWorlds } from './service-worlds.ts';
import { taughtService } from './taught-service.ts';
import { TrainingDemand } from './training-demand.ts';
import type { TrainingOptions } from './training-options.ts';
import { named, type TrainingProgress } from './training-progress.ts';
import type { Best, TrainingState } from './training-state.ts';

export interface TrainingHooks {
  readonly onProgress: (progress: TrainingProgress) => void | Promise<void>;
  /** Between two segments; training goes on exactly from here. */
  readonly onSegment: (state: TrainingState) => void | Promise<void>;
}

/** One run of training, in stages: imitate the clairvoyant plan, PPO on levels, PPO on whole services if it is asked for. */
export class Training {
  readonly #options: TrainingOptions;
  readonly #hooks: TrainingHooks;
  readonly #demand: TrainingDemand;
  #state: TrainingState;
  readonly #yardstick: LevelYardstick;
  readonly #judge: Judge;

  private constructor(options: TrainingOptions, hooks: TrainingHooks, state: TrainingState) {
    this.#options = options;
    this.#hooks = hooks;
    this.#state = state;
    this.#demand = new TrainingDemand(options);
    this.#yardstick = this.#demand.yardstick();
    this.#judge = new Judge(options);
  }

  static async begin(options: TrainingOptions, hooks: TrainingHooks): Promise<Training> {
    const random = Random.seeded(options.seed, 'level learner');
    const shape = { observationSize: levelFeatures.length, heads: [2] };
    const { levelHyperparameters, from } = options;
    const level = from
      ? await adopted(from.level, levelHyperparameters, random)
      : await untaught(shape, levelHyperparameters, random);
    const multiplier = (initial: number) =>
      new Lagrange({ kind: 'pid', initial, proportional: 500, integral: 200, derivative: 0, limit: 100 }).save();
    return new Training(options, hooks, {
      stage: 'lessons',
      segment: 0,
      pools: [cheapestChoice(options.profile, options.prices).pool],
      level,
      bestLevel: null,
      firstScore: null,
      levelLagrange: multiplier(0),
      service: null,
      bestService: null,
      serviceLagrange: multiplier(1),
    });
  }

  static resume(options: TrainingOptions, hooks: TrainingHooks, state: TrainingState): Training {
    return new Training(options, hooks, state);
  }

  /** Runs what is left, and returns the final state with the best networks. */
  async run(): Promise<TrainingState> {
    if (this.#state.stage === 'lessons') await this.#teach();
    if (this.#state.stage === 'levels') await this.#learnLevels();
    if (this.#state.stage === 'service') await this.#learnService();
    return this.#state;
  }

  async #teach(): Promise<void> {
    const { lessons, episodesPerLesson, seed } = this.#options;
    const learner = Learner.restore(this.#state.level);
    for (let lesson = 0; lesson < lessons; lesson++) {
      await this.#hooks.onProgress({ stage: 'lessons', done: lesson, total: lessons, validation: null, scalars: {} });
      const source = this.#demand.levels(`lesson ${lesson}`);
      const rows = levelLessons(source, episodesPerLesson, 0, Random.seeded(seed, `lesson ${lesson}`));
      const options = { epochs: 2, minibatchSize: 2048, learningRate: 1e-3 };
      const statistics = await learner.imitate(rows.observations, rows.masks, rows.labels, rows.weights, options);
      const scalars = named('lessons', statistics);
      await this.#hooks.onProgress({ stage: 'lessons', done: lesson + 1, total: lessons, validation: null, scalars });
    }
    if (lessons === 0 && !this.#options.from) this.#look(learner);
    const level = await learner.save();
    const levelScore = await this.#yardstick.score(learner);
    learner.dispose();
    const chosen = await this.#judge.cheapestPools(level, this.#stacks());
    const bestLevel = { ...chosen.bestLevel, levelScore };
    const { pools } = chosen;
    const firstScore = bestLevel.score;
    await this.#keep({ ...this.#state, pools, bestLevel, firstScore, stage: 'levels', segment: 0, level });
  }

  /** Learns the normalisation, which imitating would have learnt. */
  #look(learner: Learner): void {
    const { episodesPerLesson, seed } = this.#options;
    const source = this.#demand.levels('a look');
    const { observations, weights } = levelLessons(source, episodesPerLesson, 0, Random.seeded(seed, 'look'));
    learner.normalizer.update(observations, weights.length);
  }

  /** What the agent may act on; a trained one also on the pools that it acts on already. */
  #stacks(): readonly (readonly number[])[] {
    const { profile, prices, from } = this.#options;
    const stacks = poolStacks(profile, prices);
    return from ? [poolsFor(from.pools, profile, prices), ...stacks] : stacks;
  }

  async #learnLevels(): Promise<void> {
    const crew = await LevelCrew.start();
    try {
      await this.#improveLevels(crew);
    } finally {
      await crew.close();
    }
    const { serviceSteps, from } = this.#options;
    if (serviceSteps === 0 && !from?.service) return this.#keep({ ...this.#state, stage: 'done', segment: 0 });
    const service = from?.service
      ? await this.#adoptedService(from.service)
      : await taughtService(this.#demand.services, this.#options);
    const bestService = this.#ifBetter(await this.#judgeService(service, 0));
    await this.#keep({ ...this.#state, stage: 'service', segment: 0, service, bestService });
  }

  async #improveLevels(crew: LevelCrew): Promise<void> {
    const { seed, levelSteps, sizes } = this.#options;
    const { levels: stepsEach } = segmentSteps(sizes);
    const segments = Math.ceil(levelSteps / stepsEach);
    const learner = Learner.restore(this.#state.level);
    const lagrange = Lagrange.restored(this.#state.levelLagrange);
    for (let segment = this.#state.segment; segment < segments; segment++) {
      const random = Random.seeded(seed, `level segment ${segment}`);
      const { multiplier } = lagrange;
      const validation = this.#state.bestLevel?.validation ?? null;
      const source = this.#demand.levels(`segment ${segment}`);
      const part = { learner, crew, source, random, multiplier, segment, segments, validation, sizes };
      await improveLevels(part, this.#hooks.onProgress);
      const level = await learner.save();
      const { pools } = this.#state;
      const steps = (segment + 1) * stepsEach;
      const levelScore = await this.#yardstick.score(learner);
      const agent = { level: new Actor(level), service: null, pools };
      const judged = { ...(await this.#judge.judge(level, steps, agent)), levelScore };
      lagrange.update(await this.#judge.shortfall(judged));
      const bestLevel = this.#better(this.#state.bestLevel!, judged);
      await this.#tell('levels', segment + 1, segments, stepsEach, judged, lagrange.multiplier);
      await this.#keep({ ...this.#state, segment: segment + 1, level, bestLevel, levelLagrange: lagrange.save() });
    }
    learner.dispose();
  }

  #adoptedService(service: LearnerState): Promise<LearnerState> {
    const random = Random.seeded(this.#options.seed, 'service learner');
    return adopted(service, this.#options.serviceHyperparameters, random);
  }

  async #learnService(): Promise<void> {
    const { seed, serviceSteps, sizes } = this.#options;
    const { service: stepsEach } = segmentSteps(sizes);
    const segments = Math.ceil(serviceSteps / stepsEach);
    const learner = Learner.restore(this.#state.service!);
    const lagrange = Lagrange.restored(this.#state.serviceLagrange);
    for (let segment = this.#state.segment; segment < segments; segment++) {
      const random = Random.seeded(seed, `service segment ${segment}`);
      const worlds = new ServiceWorlds(this.#demand.services, sizes.serviceWorlds, random);
      const { multiplier } = lagrange;
      const validation = this.#state.bestService?.validation ?? null;
      const part: Segment = { stage: 'service', learner, worlds, multiplier, segment, segments, validation, sizes };
      await runSegment(part, this.#hooks.onProgress);
      const service = await learner.save();
      const judged = await this.#judgeService(service, (segment + 1) * stepsEach);
      lagrange.update(await this.#judge.shortfall(judged));
      const bestService = this.#ifBetter(judged);
      await this.#tell('service', segment + 1, segments, stepsEach, judged, lagrange.multiplier);
      await this.#keep({
        ...this.#state,
        segment: segment + 1,
        service,
        bestService,
        serviceLagrange: lagrange.save(),
      });
    }
    learner.dispose();
    await this.#keep({ ...this.#state, stage: 'done', segment: 0 });
  }

  /** The level network that costs less on the yardstick; an adapted one must not cost more on the workloads than it did as it was. */
  #better(best: Best, one: Best): Best {
    const isNoWorse = !this.#options.from || one.score <= this.#state.firstScore!;
    return isNoWorse && one.levelScore! < best.levelScore! ? one : best;
  }

  /** A service network is kept only where it does better than the rules' usual options. */
  #ifBetter(judged: Best): Best | null {
    const { bestLevel, bestService } = this.#state;
    return judged.score < Math.min(bestLevel!.score, bestService?.score ?? Infinity) ? judged : bestService;
  }

  #judgeService(service: LearnerState, steps: number): Promise<Best> {
    const level = new Actor(this.#state.bestLevel!.state);
    return this.#judge.judge(service, steps, { level, service: new Actor(service), pools: this.#state.pools });
  }

  async #tell(
    stage: 'levels' | 'service',
    done: number,
    total: number,
    stepsEach: number,
    { validation, score, levelScore }: Best,
    multiplier: number,
  ): Promise<void> {
    const scalars = {
      ...named('validation', { ...validation, score, levelScore }),
      [`${stage}/multiplier`]: multiplier,
    };
    await this.#hooks.onProgress({
      stage,
      done: done * stepsEach,
      total: total * stepsEach,
      validation,
      scalars,
    });
  }

  async #keep(state: TrainingState): Promise<void> {
    this.#state = state;
    await this.#hooks.onSegment(state);
  }
}
