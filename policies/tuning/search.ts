import type { Random } from '../../env/random.ts';
import type { RouterKind } from '../../env/types.ts';
import { defaultValues, type Parameter, type PolicyKind } from '../kind.ts';
import { writeSpecification } from '../specification.ts';
import { isBetter, type Score } from './score.ts';

type Values = Readonly<Record<string, number | null>>;

export interface Trial {
  readonly specification: string;
  readonly values: Values;
  readonly score: Score;
}

export interface SearchOptions {
  readonly kind: PolicyKind;
  readonly router: RouterKind;
  /** Settings to try at most; the same for every policy makes the comparison fair. */
  readonly budget: number;
  readonly random: Random;
  readonly evaluate: (specification: string) => Promise<Score>;
}

/** The parameters that tuning moves, given the service's router. */
export function tunedParameters(kind: PolicyKind, router: RouterKind): Parameter[] {
  return kind.parameters.filter((one) => one.tune !== undefined && (one.router ?? router) === router);
}

/** The number of settings on the grid, the defaults not counted. */
export function gridSize(parameters: readonly Parameter[]): number {
  return parameters.reduce((product, one) => product * one.tune!.length, 1);
}

/**
 * Tries settings until the budget is spent or the grid is, and returns them best first. The defaults come first; a grid within the budget
 * is tried whole; a larger one is searched one parameter at a time, in a drawn order, from the defaults and then from drawn points.
 */
export async function searchSettings(options: SearchOptions): Promise<Trial[]> {
  const search = new Search(options);
  await search.try(defaultValues(options.kind));
  const parameters = tunedParameters(options.kind, options.router);
  if (gridSize(parameters) <= options.budget - 1) await tryGrid(search, parameters, defaultValues(options.kind));
  else await climb(search, parameters, options);
  return search.ranked();
}

async function tryGrid(search: Search, parameters: readonly Parameter[], values: Values): Promise<void> {
  const [first, ...rest] = parameters;
  if (first === undefined) {
    await search.try(values);
    return;
  }
  for (const value of first.tune!) await tryGrid(search, rest, { ...values, [first.name]: value });
}

/** Restarts that find nothing new end the search, for the grid is then all but exhausted. */
const idleRestarts = 20;

async function climb(search: Search, parameters: readonly Parameter[], { kind, random }: SearchOptions): Promise<void> {
  let start: Values = defaultValues(kind);
  for (let idle = 0; idle < idleRestarts && !search.isSpent; ) {
    const triedBefore = search.tried;
    await climbFrom(search, parameters, start, random);
    idle = search.tried > triedBefore ? 0 : idle + 1;
    const drawn = parameters.map((one) => [one.name, one.tune![random.below(one.tune!.length)]!] as const);
    start = { ...defaultValues(kind), ...Object.fromEntries(drawn) };
  }
}

async function climbFrom(
  search: Search,
  parameters: readonly Parameter[],
  start: Values,
  random: Random,
): Promise<void> {
  let best = await search.try(start);
  for (let improved = true; improved && best !== null && !search.isSpent; ) {
    improved = false;
    for (const parameter of shuffled(parameters, random)) {
      for (const value of parameter.tune!) {
        const trial: Trial | null = await search.try({ ...best.values, [parameter.name]: value });
        if (trial !== null && isBetter(trial.score, best.score)) [best, improved] = [trial, true];
      }
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
class Search {
  readonly #options: SearchOptions;
  readonly #trials = new Map<string, Trial>();

  constructor(options: SearchOptions) {
    this.#options = options;
  }

  get tried(): number {
    return this.#trials.size;
  }

  get isSpent(): boolean {
    return this.tried >= this.#options.budget;
  }

  /** Null: the budget is spent. */
  async try(values: Values): Promise<Trial | null> {
    const specification = writeSpecification(this.#options.kind, values);
    const known = this.#trials.get(specification);
    if (known) return known;
    if (this.isSpent) return null;
    const trial = { specification, values, score: await this.#options.evaluate(specification) };
    this.#trials.set(specification, trial);
    return trial;
  }

  /** Of equals, the one tried first. */
  ranked(): Trial[] {
    return [...this.#trials.values()].sort((a, b) =>
      isBetter(a.score, b.score) ? -1 : isBetter(b.score, a.score) ? 1 : 0,
    );
  }
}
