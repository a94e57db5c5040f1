import type { AwsClients } from '../clients.ts';
import { type Group, readGroups } from '../fleet/group-reader.ts';
import type { MetricQuery } from '../metrics/metric-query.ts';
import { type ReadSeries, readMetrics } from '../metrics/metric-reader.ts';
import type { Window } from '../metrics/window.ts';
import { Calls } from './call.ts';
import { ClockSkew } from './clock-skew.ts';
import type { Fault } from './fault.ts';
import { readParameter } from './parameter.ts';

type Groups = ReadonlyMap<string, Group | Fault>;

/** The reads of which one call does for many: 500 series, 100 groups, a parameter that many name. Never throw. */
export interface BulkReads {
  metrics(queries: readonly MetricQuery[], window: Window): Promise<ReadSeries>;
  groups(names: readonly string[]): Promise<Groups>;
  /** Its value; null: it could not be read. */
  parameter(name: string): Promise<string | null>;
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
  readonly #parameters: Gathering<string, string | null>;

  constructor(clients: AwsClients, deadlineMs: number, machineNow: () => Date) {
    const { cloudWatch, autoScaling, parameters } = clients;
    this.skew = new ClockSkew(clients, machineNow);
    this.#metrics = new Gathering(deadlineMs, (asked, calls) =>
      byWindow(asked, (queries, window) => readMetrics(cloudWatch, calls, queries, window)),
    );
    this.#groups = new Gathering(deadlineMs, async (asked, calls) => {
      const groups = await readGroups(autoScaling, calls, [...new Set(asked.flat())]);
      return asked.map(() => groups);
    });
    this.#parameters = new Gathering<string, string | null>(deadlineMs, async (asked, calls) => {
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

/** In the order of `asked`; those with one window go together. */
async function byWindow(
  asked: readonly Asked[],
  read: (queries: readonly MetricQuery[], window: Window) => Promise<ReadSeries>,
): Promise<readonly ReadSeries[]> {
  const answers = new Map<Asked, ReadSeries>();
  const readAll = async (together: readonly Asked[]) => {
    const queries = together.flatMap((one) => one.queries);
    const series = await read(queries, together[0]!.window);
    let from = 0;
    for (const one of together) {
      answers.set(one, series.slice(from, from + one.queries.length));
      from += one.queries.length;
    }
  };
  const keys = new Set(asked.map(keyOf));
  await Promise.all([...keys].map((key) => readAll(asked.filter((one) => keyOf(one) === key))));
  return asked.map((one) => answers.get(one)!);
}

function keyOf({ window: { fromMs, toMs } }: Asked): string {
  return `${fromMs} ${toMs}`;
}

type AskAll<Question, Answer> = (questions: readonly Question[], calls: Calls) => Promise<readonly Answer[]>;

interface Waiting<Question, Answer> {
  readonly question: Question;
  readonly calls: Calls;
  readonly answer: (answer: Answer) => void;
}

/** Questions of one turn of the event loop, answered together. */
class Gathering<Question, Answer> {
  readonly #deadlineMs: number;
  readonly #askAll: AskAll<Question, Answer>;
  #waiting: Waiting<Question, Answer>[] = [];

  constructor(deadlineMs: number, askAll: AskAll<Question, Answer>) {
    this.#deadlineMs = deadlineMs;
    this.#askAll = askAll;
  }

  ask(question: Question, calls: Calls): Promise<Answer> {
    return new Promise((answer) => {
      this.#waiting.push({ question, calls, answer });
      if (this.#waiting.length === 1) setImmediate(() => void this.#flush());
    });
  }

  async #flush(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
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
