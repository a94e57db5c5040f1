import { Random } from '../env/random.ts';
import { cheapestChoice } from '../policies/economics.ts';
import { createPolicy } from '../policies/registry.ts';
import { defaultReserve, targetAttainment } from '../policies/tuning/score.ts';
import { levelFeatures } from './level-features.ts';
import { levelLessons } from './level-teacher.ts';
import { type LevelSource, LevelWorlds } from './level-worlds.ts';
import { type Agent, PpoPolicy } from './policy.ts';
import { allLevels, poolStacks } from './pool-stacks.ts';
import { Actor } from './ppo/forward.ts';
import { Lagrange } from './ppo/lagrange.ts';
import { Learner } from './ppo/learner.ts';
import type { LearnerState } from './ppo/snapshot.ts';
import { runSegment, type Segment } from './segment.ts';
import { serviceFeatures } from './service-features.ts';
import { serviceHeads } from './service-options.ts';
import { serviceLessons } from './service-teacher.ts';
import { type ServiceSource, ServiceWorlds } from './service-worlds.ts';
import { sharpen } from './sharpen.ts';
import type { TrainingOptions } from './training-options.ts';
import { named, type TrainingProgress } from './training-progress.ts';
import { trainingSet } from './training-set.ts';
import type { Best, TrainingState } from './training-state.ts';
import { largestShortfall, type ValidationResult, validate, validationScore } from './validation.ts';

export interface TrainingHooks {
  readonly onProgress: (progress: TrainingProgress) => void | Promise<void>;
  /** Between two segments; training goes on exactly from here. */
  readonly onSegment: (state: TrainingState) => void | Promise<void>;
}

/** How much more certain than imitated a policy begins PPO. */
const certainty = 4;
/** The rule that costs are measured by on validation. */
const yardstick = 'ski-rental';

/** One run of training, in stages: imitate the clairvoyant plan, PPO on levels, PPO on whole services. */
export class Training {
  readonly #options: TrainingOptions;
  readonly #hooks: TrainingHooks;
  readonly #source: LevelSource;
  readonly #serviceSource: ServiceSource;
  #state: TrainingState;
  #yardstick: Promise<ValidationResult> | null = null;

  private constructor(options: TrainingOptions, hooks: TrainingHooks, state: TrainingState) {
    const { profile, prices, seed, training, set, meanVms, spread } = options;
    const { decisionSeconds, metrics } = profile;
    const sizes = { decisionSeconds, binSeconds: metrics.binSeconds, ...set };
    const demand = trainingSet(training, sizes, Random.seeded(seed, 'training set'));
    this.#options = options;
    this.#hooks = hooks;
    this.#state = state;
    const terms = allLevels(profile, prices).map((one) => one.terms);
    this.#source = { set: demand, terms, spread, meanVms };
    this.#serviceSource = { profile, prices, set: demand, meanVms };
  }

  static async begin(options: TrainingOptions, hooks: TrainingHooks): Promise<Training> {
    const random = Random.seeded(options.seed, 'level learner');
    const shape = { observationSize: levelFeatures.length, heads: [2] };
    const learner = Learner.create(shape, options.levelHyperparameters, random);
    const level = await learner.save();
    learner.dispose();
    const multiplier = (initial: number) =>
      new Lagrange({ kind: 'pid', initial, proportional: 500, integral: 200, derivative: 0, limit: 100 }).save();
    return new Training(options, hooks, {
      stage: 'lessons',
      segment: 0,
      pools: [cheapestChoice(options.profile, options.prices).pool],
      level,
      bestLevel: null,
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
      const rows = levelLessons(this.#source, episodesPerLesson, 0, Random.seeded(seed, `lesson ${lesson}`));
      const options = { epochs: 2, minibatchSize: 2048, learningRate: 1e-3 };
      const statistics = await learner.imitate(rows.observations, rows.masks, rows.labels, rows.weights, options);
      const scalars = named('lessons', statistics);
      await this.#hooks.onProgress({ stage: 'lessons', done: lesson + 1, total: lessons, validation: null, scalars });
    }
    const level = sharpen(await learner.save(), certainty);
    learner.dispose();
    await this.#keep({ ...this.#state, ...(await this.#choosePools(level)), stage: 'levels', segment: 0, level });
  }

  /** The pools on which the imitated plan is cheapest on validation. */
  async #choosePools(level: LearnerState): Promise<{ pools: readonly number[]; bestLevel: Best }> {
    const found: { pools: readonly number[]; bestLevel: Best }[] = [];
    for (const pools of poolStacks(this.#options.profile, this.#options.prices)) {
      found.push({ pools, bestLevel: await this.#judge(level, 0, { level: new Actor(level), service: null, pools }) });
    }
    return found.reduce((best, one) => (one.bestLevel.score < best.bestLevel.score ? one : best));
  }

  async #learnLevels(): Promise<void> {
    const { seed, levelSteps, sizes, levelHyperparameters } = this.#options;
    const { discount } = levelHyperparameters;
    const segmentSteps = sizes.levelWorlds * sizes.rolloutSteps * sizes.updatesPerSegment;
    const segments = Math.ceil(levelSteps / segmentSteps);
    const learner = Learner.restore(this.#state.level);
    const lagrange = Lagrange.restored(this.#state.levelLagrange);
    for (let segment = this.#state.segment; segment < segments; segment++) {
      const random = Random.seeded(seed, `level segment ${segment}`);
      const worlds = new LevelWorlds(this.#source, this.#target(), sizes.levelWorlds, random, discount);
      const { multiplier } = lagrange;
      const validation = this.#state.bestLevel?.validation ?? null;
      const part: Segment = { stage: 'levels', learner, worlds, multiplier, segment, segments, validation, sizes };
      await runSegment(part, this.#hooks.onProgress);
      const level = await learner.save();
      const { pools } = this.#state;
      const steps = (segment + 1) * segmentSteps;
      const judged = await this.#judge(level, steps, { level: new Actor(level), service: null, pools });
      lagrange.update(largestShortfall(judged.validation, await this.#rule(), this.#target()));
      const bestLevel = better(this.#state.bestLevel, judged);
      await this.#tell('levels', segment + 1, segments, segmentSteps, judged, lagrange.multiplier);
      await this.#keep({ ...this.#state, segment: segment + 1, level, bestLevel, levelLagrange: lagrange.save() });
    }
    learner.dispose();
    const service = await this.#newService();
    const bestService = this.#ifBetter(await this.#judgeService(service, 0));
    await this.#keep({ ...this.#state, stage: 'service', segment: 0, service, bestService });
  }

  async #newService(): Promise<LearnerState> {
    const random = Random.seeded(this.#options.seed, 'service learner');
    const shape = { observationSize: serviceFeatures.length, heads: serviceHeads };
    const learner = Learner.create(shape, this.#options.serviceHyperparameters, random);
    const { serviceWorlds, serviceLessonSteps } = this.#options.sizes;
    const worlds = new ServiceWorlds(this.#serviceSource, serviceWorlds, random);
    const rows = serviceLessons(worlds, serviceLessonSteps);
    const options = { epochs: 4, minibatchSize: 1024, learningRate: 1e-3 };
    await learner.imitate(rows.observations, rows.masks, rows.labels, rows.weights, options);
    const state = sharpen(await learner.save(), certainty);
    learner.dispose();
    return state;
  }

  async #learnService(): Promise<void> {
    const { seed, serviceSteps, sizes } = this.#options;
    const segmentSteps = sizes.serviceWorlds * sizes.rolloutSteps * sizes.updatesPerSegment;
    const segments = Math.ceil(serviceSteps / segmentSteps);
    const learner = Learner.restore(this.#state.service!);
    const lagrange = Lagrange.restored(this.#state.serviceLagrange);
    for (let segment = this.#state.segment; segment < segments; segment++) {
      const random = Random.seeded(seed, `service segment ${segment}`);
      const worlds = new ServiceWorlds(this.#serviceSource, sizes.serviceWorlds, random);
      const { multiplier } = lagrange;
      const validation = this.#state.bestService?.validation ?? null;
      const part: Segment = { stage: 'service', learner, worlds, multiplier, segment, segments, validation, sizes };
      await runSegment(part, this.#hooks.onProgress);
      const service = await learner.save();
      const judged = await this.#judgeService(service, (segment + 1) * segmentSteps);
      lagrange.update(largestShortfall(judged.validation, await this.#rule(), this.#target()));
      const bestService = this.#ifBetter(judged);
      await this.#tell('service', segment + 1, segments, segmentSteps, judged, lagrange.multiplier);
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

  /** A service network is kept only where it does better than the rules' usual options. */
  #ifBetter(judged: Best): Best | null {
    const { bestLevel, bestService } = this.#state;
    return judged.score < Math.min(bestLevel!.score, bestService?.score ?? Infinity) ? judged : bestService;
  }

  #judgeService(service: LearnerState, steps: number): Promise<Best> {
    const level = new Actor(this.#state.bestLevel!.state);
    return this.#judge(service, steps, { level, service: new Actor(service), pools: this.#state.pools });
  }

  async #judge(state: LearnerState, steps: number, agent: Agent): Promise<Best> {
    const { profile, prices, validation, seed } = this.#options;
    const result = await validate(
      profile,
      prices,
      validation,
      seed,
      () => new PpoPolicy('ppo', profile, prices, agent),
    );
    return { state, steps, validation: result, score: validationScore(result, await this.#rule(), this.#target()) };
  }

  /** What the yardstick, a rule with its default parameters, does on validation. */
  async #rule(): Promise<ValidationResult> {
    const { profile, prices, validation, seed } = this.#options;
    this.#yardstick ??= validate(profile, prices, validation, seed, () => createPolicy(yardstick, profile, prices));
    return this.#yardstick;
  }

  #target(): number {
    return targetAttainment(this.#options.profile, defaultReserve);
  }

  async #tell(
    stage: 'levels' | 'service',
    done: number,
    total: number,
    segmentSteps: number,
    { validation, score }: Best,
    multiplier: number,
  ): Promise<void> {
    const scalars = { ...named('validation', { ...validation, score }), [`${stage}/multiplier`]: multiplier };
    await this.#hooks.onProgress({
      stage,
      done: done * segmentSteps,
      total: total * segmentSteps,
      validation,
      scalars,
    });
  }

  async #keep(state: TrainingState): Promise<void> {
    this.#state = state;
    await this.#hooks.onSegment(state);
  }
}

function better(best: Best | null, one: Best): Best {
  return best === null || one.score < best.score ? one : best;
}
