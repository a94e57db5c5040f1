import type { Random } from '../../env/random.ts';
import { defaultValues, type ParameterValues, type PolicyKind } from '../kind.ts';
import { waitShare } from '../knobs.ts';
import { writeSpecification } from '../specification.ts';
import { type Dial, gridSize } from './dials.ts';
import { isBetter, type Score } from './score.ts';

export interface Trial {
  readonly specification: string;
  readonly values: ParameterValues;
  readonly score: Score;
}

export interface SearchOptions {
  readonly kind: PolicyKind;
  /** Parameters that stay at a value other than their default. */
  readonly fixed: ParameterValues;
  readonly dials: readonly Dial[];
  /** Settings that were found earlier, to be tried too. */
  readonly earlier?: readonly ParameterValues[];
  /** Settings to try at most; the same for every policy makes the comparison fair. */
  readonly budget: number;
  readonly random: Random;
  /** Scores of settings that do not depend on each other, in their order. */
  readonly evaluate: (specifications: readonly string[]) => Promise<readonly Score[]>;
}

/**
 * Tries settings until the budget is spent or the grid is, and returns them best first. The defaults come first and what is known
 * of the rule next, whatever the budget; a grid within the rest of it is tried whole. Of a larger one a third of the budget is drawn at
 * random, since parameters may only help together (fewer VMs where Lambda takes the rest); then it is searched one parameter at a time, in a drawn
 * order: from the best so far, and then from the best with two parameters drawn anew. What is tried together does not depend on how many are tried
 * at the same time.
 */
export async function searchSettings(options: SearchOptions): Promise<Trial[]> {
  const { kind, fixed, dials, earlier } = options;
  const known = knownSettings(kind, fixed, earlier);
  const search = new Search({ ...options, budget: Math.max(options.budget, known.length) });
  await search.try(known);
  if (gridSize(dials) <= search.left) await search.try(gridOf(dials, known[0]!));
  else await climb(search, dials, options.random);
  return search.ranked();
}

/** The defaults, what is published, both with the usual spill where a rule's source has none, and what was found earlier. */
export function knownSettings(
  kind: PolicyKind,
  fixed: ParameterValues,
  earlier: readonly ParameterValues[] = [],
): [ParameterValues, ...ParameterValues[]] {
  const start = { ...defaultValues(kind), ...fixed };
  const published = (kind.published ?? []).map((values) => ({ ...start, ...values, ...fixed }));
  const spilling = [start, ...published]
    .filter((values) => values[waitShare.name] === null && !(waitShare.name in fixed))
    .map((values) => ({ ...values, [waitShare.name]: waitShare.default }));
  const told = earlier.map((values) => ({ ...start, ...values, ...fixed }));
  return [start, ...[...published, ...spilling, ...told].map((values) => withoutIdle(kind, values, fixed))];
}

/** Two settings that differ only in what makes no difference are the same policy, and are run once. What is fixed stays as it was asked for. */
function withoutIdle(kind: PolicyKind, values: ParameterValues, fixed: ParameterValues): ParameterValues {
  const idle = kind.parameters.filter(({ acts }) => acts?.(values) === false);
  return { ...values, ...Object.fromEntries(idle.map((one) => [one.name, one.default])), ...fixed };
}

/** Every combination, the last parameter running fastest. */
function gridOf(dials: readonly Dial[], values: ParameterValues): ParameterValues[] {
  const [first, ...rest] = dials;
  if (first === undefined) return [values];
  return first.values.flatMap((value) => gridOf(rest, { ...values, [first.name]: value }));
}

/** Restarts that find nothing new end the search, for the grid is then all but exhausted. */
const idleRestarts = 20;
const drawnShare = 1 / 3;
const drawnAnew = 2;

async function climb(search: Search, dials: readonly Dial[], random: Random): Promise<void> {
  const [start] = search.ranked();
  const draws = Math.floor(drawnShare * search.left);
  const anywhere = Array.from({ length: draws }, () => ({ ...start!.values, ...drawn(dials, random) }));
  await search.try(anywhere);
  await climbFrom(search, dials, search.ranked()[0]!.values, random);
  for (let idle = 0; idle < idleRestarts && !search.isSpent; ) {
    const triedBefore = search.tried;
    const some = drawn(shuffled(dials, random).slice(0, drawnAnew), random);
    await climbFrom(search, dials, { ...search.ranked()[0]!.values, ...some }, random);
    idle = search.tried > triedBefore ? 0 : idle + 1;
  }
}

function drawn(dials: readonly Dial[], random: Random): ParameterValues {
  return Object.fromEntries(dials.map(({ name, values }) => [name, values[random.below(values.length)]!]));
}

async function climbFrom(
  search: Search,
  dials: readonly Dial[],
  start: ParameterValues,
  random: Random,
): Promise<void> {
  const [first] = await search.try([start]);
  if (first === undefined) return;
  let best: Trial = first;
  for (let improved = true; improved && !search.isSpent; ) {
    improved = false;
    for (const dial of shuffled(dials, random)) {
      const { values } = best;
      const trials = await search.try(dial.values.map((value) => ({ ...values, [dial.name]: value })));
      for (const trial of trials) if (isBetter(trial.score, best.score)) [best, improved] = [trial, true];
    }
  }
}

/** Fisher and Yates. */
function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [result[last], result[other]] = [result[other]!, result[last]!];
  }
  return result;
}

/** Evaluates each setting once and counts. */
export class Search {
  readonly #options: Pick<SearchOptions, 'kind' | 'fixed' | 'budget' | 'evaluate'>;
  readonly #trials: Map<string, Trial>;

  /** @param known trials that are not to be made again; they count */
  constructor(options: Pick<SearchOptions, 'kind' | 'fixed' | 'budget' | 'evaluate'>, known: readonly Trial[] = []) {
    this.#options = options;
    this.#trials = new Map(known.map((one) => [one.specification, one]));
  }

  get tried(): number {
    return this.#trials.size;
  }

  /** Settings that may still be tried. */
  get left(): number {
    return Math.max(0, this.#options.budget - this.tried);
  }

  get isSpent(): boolean {
    return this.left === 0;
  }

  /** The trials of these settings, evaluated together; those beyond the budget are left out. */
  async try(settings: readonly ParameterValues[]): Promise<Trial[]> {
    const { kind, fixed } = this.#options;
    const asked = new Map(
      settings.map((all) => withoutIdle(kind, all, fixed)).map((values) => [writeSpecification(kind, values), values]),
    );
    const fresh = [...asked.keys()].filter((one) => !this.#trials.has(one)).slice(0, this.left);
    const scores = fresh.length > 0 ? await this.#options.evaluate(fresh) : [];
    for (const [index, specification] of fresh.entries()) {
      this.#trials.set(specification, { specification, values: asked.get(specification)!, score: scores[index]! });
    }
    return [...asked.keys()].flatMap((specification) => this.#trials.get(specification) ?? []);
  }

  ranked(): Trial[] {
    return ranked([...this.#trials.values()]);
  }
}

/** Best first; of equals, the one tried first. */
export function ranked(trials: readonly Trial[]): Trial[] {
  return trials.toSorted((a, b) => (isBetter(a.score, b.score) ? -1 : isBetter(b.score, a.score) ? 1 : 0));
}
