import type { CountedRouter } from './counted-router.ts';
import { depthOf, fill } from './line-fill.ts';
import { LineLengths } from './line-lengths.ts';
import { countStep, type LineStep } from './line-step.ts';
import { longestLine } from './longest-line.ts';

/** A rate u of the capacity is kept at u/(1 + u) of the cells: near the capacity chance takes a line from one state to another e times as often from cell to cell. */
const cells = 200;
/** Lengths of the line. */
const places = 12;
/** Services that are kept for all worlds. */
const mostKnown = 200;

/** The router with the limits of a rate. */
export type RouterAt = (rate: number) => CountedRouter;

/** Depths (`depthOf`) of a line of one length: of those of the strictest classes, and of the least strict ones. */
interface DepthRange {
  readonly strict: number;
  readonly relaxed: number;
}

/** What seconds make of the lines of one service, each counted when it is asked for first, for all worlds. */
export class LineSteps {
  static readonly #known = new Map<string, LineSteps>();

  readonly lengths: LineLengths;
  readonly #capacity: number;
  /** [cell] */
  readonly #routers: CountedRouter[] = [];
  /** [cell][place] Of lines in which those of the strictest classes wait, and of the least strict ones. */
  readonly #strict: LineStep[][] = [];
  readonly #relaxed: LineStep[][] = [];
  /** [cell][place] */
  readonly #depths: DepthRange[][] = [];

  private constructor(routerAt: RouterAt, capacity: number) {
    this.#capacity = capacity;
    this.lengths = new LineLengths(longestLine(routerAt, capacity), places);
  }

  /** Of the service that `key` names. */
  static of(key: string, routerAt: RouterAt, capacity: number): LineSteps {
    let steps = LineSteps.#known.get(key);
    if (!steps) {
      if (LineSteps.#known.size >= mostKnown) LineSteps.#known.clear();
      steps = new LineSteps(routerAt, capacity);
      LineSteps.#known.set(key, steps);
    }
    return steps;
  }

  /** Where a rate lies among the cells. */
  positionOf(rate: number): number {
    const perCapacity = rate / this.#capacity;
    return Math.max(1, Math.min((perCapacity / (1 + perCapacity)) * cells, cells - 1.001));
  }

  /** How near to lines of the least strict classes are those of such a length and depth: between 0, of the strictest ones, and 1. */
  relaxedShare(cell: number, place: number, depth: number, routerAt: RouterAt): number {
    this.#depths[cell] ??= [];
    this.#depths[cell][place] ??= this.#depthsOf(cell, place, routerAt);
    const { strict, relaxed } = this.#depths[cell][place];
    return relaxed === strict ? 0 : Math.max(0, Math.min(1, (depth - strict) / (relaxed - strict)));
  }

  at(cell: number, place: number, isStrictFirst: boolean, routerAt: RouterAt): LineStep {
    const steps = isStrictFirst ? this.#strict : this.#relaxed;
    steps[cell] ??= [];
    steps[cell][place] ??= this.#count(cell, place, isStrictFirst, routerAt);
    return steps[cell][place];
  }

  #depthsOf(cell: number, place: number, routerAt: RouterAt): DepthRange {
    const router = this.#routerOf(cell, routerAt);
    const line = this.lengths.lengths[place]!;
    return { strict: depthOf(fill(router, line, true)), relaxed: depthOf(fill(router, line, false)) };
  }

  #count(cell: number, place: number, isStrictFirst: boolean, routerAt: RouterAt): LineStep {
    const router = this.#routerOf(cell, routerAt);
    const lines = fill(router, this.lengths.lengths[place]!, isStrictFirst);
    return countStep(router, this.#rateOf(cell), lines, this.#capacity, this.lengths);
  }

  #rateOf(cell: number): number {
    return (this.#capacity * cell) / (cells - cell);
  }

  #routerOf(cell: number, routerAt: RouterAt): CountedRouter {
    this.#routers[cell] ??= routerAt(this.#rateOf(cell));
    return this.#routers[cell];
  }
}
