import Table from 'cli-table3';
import { benchBound } from './bound.ts';
import { benchDecision, benchManyDecisions } from './decisions.ts';
import { benchEvaluate } from './evaluate.ts';
import { type Figure, isReached } from './figure.ts';
import { benchFluid } from './fluid.ts';
import { benchLevels, benchPpo } from './ppo.ts';
import { benchRequestLevel } from './simulator.ts';
import { benchTimeToRule } from './time-to-rule.ts';

/** The figures that the project promises, each measured in one run on this machine; run from the root of the project. */
const benches: readonly (() => Promise<Figure>)[] = [
  benchFluid,
  benchRequestLevel,
  ppo,
  levels,
  benchTimeToRule,
  benchDecision,
  benchManyDecisions,
  benchBound,
  benchEvaluate,
];

async function ppo(): Promise<Figure> {
  const { backend, stepsPerSecond } = await benchPpo();
  return {
    name: `PPO, simulate, infer, update, backend ${backend}`,
    value: stepsPerSecond,
    unit: 'environment steps/s',
    goal: { atLeast: 8000 },
  };
}

async function levels(): Promise<Figure> {
  const { backend, stepsPerSecond } = await benchLevels();
  return {
    name: `PPO without dice on levels, network that ships, backend ${backend}`,
    value: stepsPerSecond,
    unit: 'environment steps/s',
    goal: { atLeast: 20_000 },
  };
}

function amount(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 1 : 0 });
}

function row(figure: Figure): string[] {
  const { name, value, unit, goal, note } = figure;
  const goalText = 'atLeast' in goal ? `at least ${amount(goal.atLeast)}` : `at most ${amount(goal.atMost)}`;
  if (value === null) return [name, note ?? 'not measured', `${goalText} ${unit}`, ''];
  return [name, `${amount(value)} ${unit}`, `${goalText} ${unit}`, isReached(figure) ? 'reached' : 'missed'];
}

const table = new Table({ head: ['figure', 'measured', 'goal', ''], style: { head: [], border: [] } });
for (const bench of benches) {
  const figure = await bench();
  const cells = row(figure);
  process.stderr.write(`${cells[0]}: ${cells[1]}\n`);
  table.push(cells);
}
console.log(table.toString());
