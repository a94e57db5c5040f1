import Table from 'cli-table3';
import { defaultPrices } from '../env/prices.ts';
import type { Fidelity } from '../env/sim/open.ts';
import { readWorkload } from '../env/workload/reference.ts';
import { scaleWorkload } from '../env/workload/scale.ts';
import { cheapestChoice, priceRatio } from '../policies/economics.ts';
import { fleetScale } from '../policies/fleet-scale.ts';
import { type BesideRules, besideRules, cell } from './beside-rules.ts';
import { drawnService } from './drawn-service.ts';

/*
 * An agent beside rules with their default parameters, on services and demand that are drawn, each from its number. Arguments: the first and the
 * last number (1 40), the fidelity (fluid), the agent.
 */
const first = Number(process.argv[2] ?? 1);
const last = Number(process.argv[3] ?? 40);
const fidelity: Fidelity = process.argv[4] === 'request-level' ? 'request-level' : 'fluid';
const agent = process.argv[5] ?? 'ppo:checkpoints/default';
const demands = 3;

async function cases(seed: number): Promise<readonly BesideRules[]> {
  const { profile, fleet } = drawnService(seed);
  const beside: BesideRules[] = [];
  for (let demand = 0; demand < demands; demand++) {
    const workload = await readWorkload(`synthetic:hours=6,seed=${1000 * (demand + 1) + seed}`);
    const scaled = scaleWorkload(workload, fleetScale(profile, defaultPrices, workload, fleet));
    beside.push(await besideRules(agent, { profile, prices: defaultPrices, workload: scaled, past: null, fidelity }));
  }
  return beside;
}

const head = [
  'service',
  'rho',
  'VMs',
  'budgets',
  ...Array.from({ length: demands }, (_, index) => `demand ${index + 1}`),
];
const table = new Table({ head, style: { head: [], border: [] } });
const all: BesideRules[] = [];
for (let seed = first; seed <= last; seed++) {
  const { profile, fleet } = drawnService(seed);
  const beside = await cases(seed);
  const ratio = priceRatio(profile, defaultPrices, cheapestChoice(profile, defaultPrices));
  const budgets = Object.entries(profile.budgets).flatMap(([name, isOn]) => (isOn ? [name] : []));
  table.push([seed, ratio.toFixed(1), fleet, budgets.join(', '), ...beside.map(cell)]);
  all.push(...beside);
  if (process.stderr.isTTY) process.stderr.write(`\r${seed} of ${first} to ${last}`);
}

const possible = all.filter(({ canBeKept }) => canBeKept);
const ratios = possible.map(({ ratio }) => ratio).sort((a, b) => a - b);
const part = (share: number) => ratios[Math.min(ratios.length - 1, Math.floor(share * ratios.length))]?.toFixed(3);
const geometric = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
console.log(
  'The agent over the best of four rules, chosen with hindsight, and its share in time; ! misses the promise where a rule keeps it, - where none does.',
);
console.log(table.toString());
console.log(
  `Of ${all.length} a rule keeps the promise in ${possible.length}, the agent in ${possible.filter(({ isKept }) => isKept).length} of these and ${all.filter(({ isKept, canBeKept }) => isKept && !canBeKept).length} others. ` +
    `Where a rule keeps it the agent costs ` +
    `${geometric.toFixed(3)} of the best rule in the geometric mean, ${part(0.1)}, ${part(0.5)} and ${part(0.9)} at the 10th, 50th and 90th percentile, ${ratios.at(-1)?.toFixed(3)} at worst; ` +
    `in ${ratios.filter((one) => one > 1.02).length} it is more than 2 % dearer.`,
);
