import Table from 'cli-table3';
import { interval, type Measurement } from './measurement.ts';
import { measurePython, missingPeers } from './python.ts';
import { type FunctionModel, type LineModel, measureFunction, measureLine } from './spillway.ts';

/** Spillway's request level against Ciw, SimPy and SimFaaS on the same models: requests per processor second, and whether they agree. */
const runs = 5;
const line: LineModel = { perSecond: 80, serviceSeconds: 0.1, servers: 10 };
const lambda: FunctionModel = { perSecond: 0.5, warmSeconds: 2, coldSeconds: 5, keepAliveSeconds: 30 };

interface Contender {
  readonly model: 'M/M/10' | 'function';
  readonly name: string;
  /** Simulated seconds of a run. */
  readonly seconds: number;
  readonly measure: (seconds: number, seed: number) => Measurement | Promise<Measurement>;
}

function linePeer(name: string, seconds: number): Contender {
  const { perSecond, serviceSeconds, servers } = line;
  const measure = (length: number, seed: number) =>
    measurePython('line.py', [name.toLowerCase(), perSecond, serviceSeconds, servers, length, seed]);
  return { model: 'M/M/10', name, seconds, measure };
}

const contenders: readonly Contender[] = [
  { model: 'M/M/10', name: 'Spillway', seconds: 12_000, measure: (length, seed) => measureLine(line, length, seed) },
  linePeer('Ciw', 300),
  linePeer('SimPy', 300),
  {
    model: 'function',
    name: 'Spillway',
    seconds: 600_000,
    measure: (length, seed) => measureFunction(lambda, length, seed),
  },
  {
    model: 'function',
    name: 'SimFaaS',
    seconds: 20_000,
    measure: (length, seed) => {
      const { perSecond, warmSeconds, coldSeconds, keepAliveSeconds } = lambda;
      return measurePython('function.py', [perSecond, warmSeconds, coldSeconds, keepAliveSeconds, length, seed]);
    },
  },
];

async function row(contender: Contender, reference: number | null): Promise<{ cells: string[]; perSecond: number }> {
  const results: Measurement[] = [];
  for (let seed = 1; seed <= runs; seed++) results.push(await contender.measure(contender.seconds, seed));
  const { mean, half } = interval(results.map((one) => one.mean));
  const perSecond = Math.max(...results.map(({ requests, seconds }) => requests / seconds));
  const [factor, unit] = contender.model === 'M/M/10' ? [1000, 'ms in the system'] : [100, '% cold'];
  const cells = [
    contender.model,
    contender.name,
    Math.round(perSecond).toLocaleString('en-US'),
    reference === null ? '1' : `1/${Math.round(reference / perSecond).toLocaleString('en-US')}`,
    `${(factor * mean).toFixed(2)} ± ${(factor * half).toFixed(2)} ${unit}`,
  ];
  return { cells, perSecond };
}

export async function compareQueues(): Promise<void> {
  const missing = missingPeers('queues');
  const table = new Table({
    head: ['model', 'simulator', 'requests/s', 'ratio', `mean of ${runs} runs, 95 %`],
    style: { head: [], border: [] },
  });
  let reference: number | null = null;
  for (const contender of contenders) {
    const isOurs = contender.name === 'Spillway';
    if (missing && !isOurs) continue;
    const { cells, perSecond } = await row(contender, isOurs ? null : reference);
    if (isOurs) reference = perSecond;
    table.push(cells);
    process.stderr.write(`${cells.join(' | ')}\n`);
  }
  console.log(table.toString());
  if (missing) console.log(missing);
}
