import Table from 'cli-table3';
import { defaultPrices } from '../env/prices.ts';
import { readProfile } from '../env/profile.ts';
import type { PriceBook, ServiceProfile } from '../env/types.ts';
import type { VmPool } from '../env/vm-pool.ts';
import { readWorkload } from '../env/workload/reference.ts';
import { scaleWorkload } from '../env/workload/scale.ts';
import { sliceWorkload } from '../env/workload/slice.ts';
import { cheapestChoice, priceRatio } from '../policies/economics.ts';
import { fleetScale } from '../policies/fleet-scale.ts';
import { besideRules, cell } from './beside-rules.ts';

/*
 * The agent that ships beside rules with their default parameters, on services that it was not trained for and traces that it was not trained on:
 * fluid, one seed. Arguments: the folder of the traces, the agent.
 */
const folder = process.argv[2] ?? '../shared/traces';
const agent = process.argv[3] ?? 'ppo:checkpoints/default';
const traces: readonly (readonly [file: string, startSeconds: number, seconds: number | null])[] = [
  ['nasa_jul95_13_1s', 12 * 3600, 6 * 3600],
  ['worldcup98_1998-06-10_60s', 14 * 3600, 6 * 3600],
  ['mooncake_conversation_3s', 0, null],
];

/** How a service differs from examples/rho/2.5.yaml. */
interface Unseen {
  readonly fleet: number;
  readonly ratio: number;
  readonly pool?: Partial<VmPool>;
  readonly bootSeconds?: number;
  readonly metrics?: Partial<ServiceProfile['metrics']>;
  readonly changes?: Partial<ServiceProfile>;
}

const waves = { share: 0.5, reach: 0.5, shortageSeconds: 600 };
const spot = { interruptionsPerHour: 0.1, noticeSeconds: 120, priceShare: 0.4, waves };

const services: Readonly<Record<string, Unseen>> = {
  'Lambda hardly dearer': { fleet: 20, ratio: 1.05 },
  'VMs that boot in half a minute': { fleet: 5, ratio: 1.25, bootSeconds: 30 },
  'VMs that serve at once': { fleet: 20, ratio: 2.5, bootSeconds: 5 },
  'boots of 400 s': { fleet: 20, ratio: 3, bootSeconds: 400 },
  'boots that vary much': { fleet: 20, ratio: 3, pool: { boot: { medianSeconds: 200, sigma: 0.8 } } },
  'rho 6': { fleet: 8, ratio: 6, bootSeconds: 150 },
  'rho 10': { fleet: 5, ratio: 10 },
  'two VMs': { fleet: 2, ratio: 3.5 },
  '200 VMs': { fleet: 200, ratio: 3.5 },
  'decisions every 30 s': { fleet: 10, ratio: 2.5, changes: { decisionSeconds: 30 } },
  'every 120 s, bins of 60 s': {
    fleet: 30,
    ratio: 2.5,
    metrics: { binSeconds: 60 },
    changes: { decisionSeconds: 120 },
  },
  'metrics 2 min late and lossy': {
    fleet: 20,
    ratio: 3.5,
    metrics: { binSeconds: 60, delaySeconds: 120, lossProbability: 0.02 },
  },
  'four slots, times that vary': { fleet: 3, ratio: 2, pool: { slots: 4 }, changes: { serviceCv: 0.5 } },
  'long drains, short keep-alive': { fleet: 10, ratio: 2.5, bootSeconds: 100, pool: { drainSeconds: 300 } },
  'at least 20 VMs': { fleet: 15, ratio: 3, pool: { min: 20 } },
  spot: { fleet: 20, ratio: 3, bootSeconds: 150, pool: { spot } },
  'both budgets': { fleet: 20, ratio: 4, changes: { budgets: { accuracy: true, misses: true } } },
  'router by weights': { fleet: 15, ratio: 2.5, metrics: { delaySeconds: 60 }, changes: { router: 'weights' } },
};

interface Service {
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  readonly fleet: number;
}

/** The price ratio is set by Lambda's prices. */
async function caseOf({ fleet, ratio, pool = {}, bootSeconds, metrics = {}, changes = {} }: Unseen): Promise<Service> {
  const known = await readProfile('examples/rho/2.5.yaml');
  const boot = bootSeconds === undefined ? {} : { boot: { medianSeconds: bootSeconds, sigma: 0.2 } };
  const profile: ServiceProfile = {
    ...known,
    metrics: { ...known.metrics, ...metrics },
    pools: known.pools.map((one) => ({ ...one, ...boot, ...pool })),
    ...changes,
  };
  const factor = ratio / priceRatio(profile, defaultPrices, cheapestChoice(profile, defaultPrices));
  const { lambdaUsdPerGbSecond, lambdaUsdPerRequest } = defaultPrices;
  const prices = {
    ...defaultPrices,
    lambdaUsdPerGbSecond: factor * lambdaUsdPerGbSecond,
    lambdaUsdPerRequest: factor * lambdaUsdPerRequest,
  };
  return { profile, prices, fleet };
}

/** What the agent costs over the cheapest rule that keeps the promise, or over the cheapest where none does. */
async function compared({ fleet, ...one }: Service, [file, start, seconds]: (typeof traces)[number]): Promise<string> {
  const trace = await readWorkload(`${folder}/${file}.csv`);
  const whole = scaleWorkload(trace, fleetScale(one.profile, one.prices, trace, fleet));
  const workload = sliceWorkload(whole, start, seconds);
  const past = start === 0 ? null : sliceWorkload(whole, 0, start);
  return cell(await besideRules(agent, { ...one, workload, past, fidelity: 'fluid' }));
}

const table = new Table({ head: ['service', ...traces.map(([file]) => file)], style: { head: [], border: [] } });
for (const [name, unseen] of Object.entries(services)) {
  const one = await caseOf(unseen);
  const cells: string[] = [];
  for (const trace of traces) cells.push(await compared(one, trace));
  table.push([name, ...cells]);
}
console.log(
  'The agent over the best of four rules, and its share in time; ! misses the promise where a rule keeps it, - where none does.',
);
console.log(table.toString());
