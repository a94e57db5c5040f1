import type { AwsClients } from '../clients.ts';
import { type Group, readGroups } from '../fleet/group-reader.ts';
import type { MetricQuery } from '../metrics/metric-query.ts';
import { mostQueries, type ReadSeries, readMetrics } from '../metrics/metric-reader.ts';
import { speakPlainJson } from '../metrics/plain-json.ts';
import type { Window } from '../metrics/window.ts';
import { type Answer, Calls } from './call.ts';
import { ClockSkew } from './clock-skew.ts';
import type { Fault } from './fault.ts';
import { readParameter } from './parameter.ts';

type Groups = ReadonlyMap<string, Group | Fault>;

/** The reads of which one call does for many: 500 series, 100 groups, a parameter that many name. Never throw. */
export interface BulkReads {
  metrics(queries: readonly MetricQuery[], window: Window): Promise<ReadSeries>;
  groups(names: readonly string[]): Promise<Groups>;
  parameter(name: string): Promise<Answer<string>>;
}

/** Of one service by itself. */
export function ownReads(
  { cloudWatch, autoScaling, parameters }: Pick<AwsClients, 'cloudWatch' | 'autoScaling' | 'parameters'>,
  calls: Calls,
): BulkReads {
  return {
    metrics: (queries, window) => readMetrics(cloudWatch, calls, queries, window),
    groups: (names) => readGroups(autoScaling, calls, names),
    parameter: (name) => readParameter(parameters, calls, name),
  };
}

/** Of many services in one process: what they ask for at the same moment is asked for together, well below the quotas of an account. */
export class SharedReads {
  /** By every answer to any of them. */
  readonly skew: ClockSkew;
  readonly #metrics: Gathering<Asked, ReadSeries>;
  readonly #groups: Gathering<readonly string[], Groups>;
  readonly #parameters: Gathering<string, Answer<string>>;

  constructor(clients: AwsClients, deadlineMs: number, machineNow: () => Date) {
    const { cloudWatch, autoScaling, parameters } = clients;
    this.skew = new ClockSkew(clients, machineNow);
    speakPlainJson(cloudWatch);
    this.#metrics = new Gathering(
      deadlineMs,
      async (asked, calls) => {
        const queries = asked.flatMap((one) => one.queries);
        return cutFor(asked, await readMetrics(cloudWatch, calls, queries, asked[0]!.window));
      },
      callsFor,
    );
    this.#groups = new Gathering(deadlineMs, async (asked, calls) => {
      const groups = await readGroups(autoScaling, calls, [...new Set(asked.flat())]);
      return asked.map(() => groups);
    });
    this.#parameters = new Gathering<string, Answer<string>>(deadlineMs, async (asked, calls) => {
      const names = [...new Set(asked)];
      const values = await Promise.all(names.map((name) => readParameter(parameters, calls, name)));
      return asked.map((name) => values[names.indexOf(name)]!);
    });
  }

  /** For one service, whose `calls` are told what failed. */
  for(calls: Calls): BulkReads {
    return {
      metrics: (queries, window) => this.#metrics.ask({ queries, window }, calls),
      groups: (names) => this.#groups.ask(names, calls),
      parameter: (name) => this.#parameters.ask(name, calls),
    };
  }
}

interface Asked {
  readonly queries: readonly MetricQuery[];
  readonly window: Window;
}

/**
 * Those of one window go together, as many as one call can ask for: nobody waits for another call than its own, nor is told of its failure, and
 * what a call has brought can be forgotten before the next one's comes.
 */
function callsFor<Waiting extends { readonly question: Asked }>(waiting: readonly Waiting[]): Waiting[][] {
  const calls: Waiting[][] = [];
  const open = new Map<string, { readonly call: Waiting[]; queries: number }>();
  for (const one of waiting) {
    const { queries, window } = one.question;
    const key = `${window.fromMs} ${window.toMs}`;
    const last = open.get(key);
    if (last !== undefined && last.queries + queries.length <= mostQueries) {
      last.call.push(one);
      last.queries += queries.length;
      continue;
    }
    const call = [one];
    calls.push(call);
    open.set(key, { call, queries: queries.length });
  }
  return calls;
}

/** In the order of `asked`. */
function cutFor(asked: readonly Asked[], series: ReadSeries): ReadSeries[] {
  let from = 0;
  return asked.map(({ queries }) => {
    const own = series.slice(from, from + queries.length);
    from += queries.length;
    return own;
  });
}

type AskAll<Question, Told> = (questions: readonly Question[], calls: Calls) => Promise<readonly Told[]>;

interface Waiting<Question, Told> {
  readonly question: Question;
  readonly calls: Calls;
  readonly answer: (told: Told) => void;
}

type Split<Question, Told> = (
  waiting: readonly Waiting<Question, Told>[],
) => readonly (readonly Waiting<Question, Told>[])[];

/** Questions of one turn of the event loop, answered together, or in the parts that `split` makes of them. */
class Gathering<Question, Told> {
  readonly #deadlineMs: number;
  readonly #askAll: AskAll<Question, Told>;
  readonly #split: Split<Question, Told>;
  #waiting: Waiting<Question, Told>[] = [];

  constructor(
    deadlineMs: number,
    askAll: AskAll<Question, Told>,
    split: Split<Question, Told> = (waiting) => [waiting],
  ) {
    this.#deadlineMs = deadlineMs;
    this.#askAll = askAll;
    this.#split = split;
  }

  ask(question: Question, calls: Calls): Promise<Told> {
    return new Promise((answer) => {
      this.#waiting.push({ question, calls, answer });
      if (this.#waiting.length === 1) setImmediate(() => this.#flush());
    });
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const together of this.#split(waiting)) void this.#answer(together);
  }

  async #answer(waiting: readonly Waiting<Question, Told>[]): Promise<void> {
    const shared = new Calls(this.#deadlineMs);
    const answers = await this.#askAll(
      waiting.map(({ question }) => question),
      shared,
    );
    const faults = shared.takeFaults();
    waiting.forEach(({ calls, answer }, index) => {
      calls.note(faults);
      answer(answers[index]!);
    });
  }
}
