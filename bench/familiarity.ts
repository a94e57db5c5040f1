import Table from 'cli-table3';
import { agentPolicy, loadAgent, type SavedAgent } from '../agent/saved-agent.ts';
import { defaultPrices } from '../env/prices.ts';
import { readProfile } from '../env/profile.ts';
import { openSimulator } from '../env/sim/open.ts';
import type { PriceBook, ServiceProfile, Workload } from '../env/types.ts';
import { durationSeconds } from '../env/workload/duration.ts';
import { readWorkload } from '../env/workload/reference.ts';
import { scaleWorkload } from '../env/workload/scale.ts';
import { cheapestChoice, vmCapacityPerSecond } from '../policies/economics.ts';

/*
 * How often the agent that ships finds unlike its training what is like it (traces that it was neither trained nor selected on, the services that
 * it was trained for), and whether it finds nonsense. Argument: the folder of the traces.
 */
const folder = process.argv[2] ?? '../shared/traces';
const heldOut: readonly (readonly [file: string, startSeconds: number])[] = [
  ['twitter_2021-08_day02_1s', 0],
  ['twitter_2021-08_day10_1s', 0],
  ['twitter_may25_1s', 0],
  ['twitter_2018-04-25_30min_1s', 0],
  ['worldcup98_1998-06-10_60s', 0],
  ['nasa_jul95_60s', 20 * 86_400],
  ['nasa_jul95_13_1s', 0],
  ['wikipedia_de_full_3600s', 1000 * 86_400],
  ['azure_llm_2023_code_1s', 0],
  ['mooncake_conversation_3s', 0],
];
const services = [
  'examples/image-classifier.yaml',
  'examples/rho/1.4.yaml',
  'examples/rho/2.5.yaml',
  'examples/rho/4.yaml',
];
const fleets = [5, 50];

interface Case {
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  readonly workload: Workload;
}

interface Count {
  readonly decisions: number;
  readonly doubted: number;
  readonly why: string | null;
}

/** At most a day in the fluid simulator; counts the decisions at which the agent doubts itself. */
async function count(saved: SavedAgent, { profile, prices, workload }: Case): Promise<Count> {
  const policy = agentPolicy('ppo', saved, profile, prices);
  const simulator = openSimulator({ fidelity: 'fluid', profile, prices, workload, seed: 1 });
  const decisions = Math.floor(Math.min(86_400, durationSeconds(workload)) / profile.decisionSeconds);
  let doubted = 0;
  let why: string | null = null;
  for (let decision = 0; decision < decisions; decision++) {
    await simulator.step(policy.decide(await simulator.observe()).action);
    const doubt = policy.trust();
    if (doubt === null) continue;
    doubted++;
    why ??= /\((.*)\)/.exec(doubt)?.[1] ?? doubt;
  }
  return { decisions, doubted, why };
}

/** Scaled so that the mean keeps so many VMs busy. */
function forFleet(workload: Workload, profile: ServiceProfile, vms: number): Workload {
  const { pool, variant } = cheapestChoice(profile, defaultPrices);
  const mean = workload.requests.reduce((sum, one) => sum + one, 0) / durationSeconds(workload);
  return scaleWorkload(workload, (vms * vmCapacityPerSecond(profile, pool, variant)!) / mean);
}

const times = (numbers: readonly (number | null)[], factor: number) =>
  numbers.map((one) => (one === null ? null : one * factor));

function vmsSlower(profile: ServiceProfile, factor: number): ServiceProfile {
  return { ...profile, pools: profile.pools.map((pool) => ({ ...pool, serviceMs: times(pool.serviceMs, factor) })) };
}

function lambdaSlower(profile: ServiceProfile, factor: number): ServiceProfile {
  const { lambda } = profile;
  const serviceMs = lambda.serviceMs.map((row) => times(row, factor));
  return { ...profile, lambda: { ...lambda, serviceMs } };
}

function vmPricesTimes(factor: number): PriceBook {
  const usdPerHour = Object.fromEntries(
    Object.entries(defaultPrices.usdPerHour).map(([type, usd]) => [type, usd * factor]),
  );
  return { ...defaultPrices, usdPerHour };
}

function nonsense(profile: ServiceProfile, workload: Workload): Record<string, Case> {
  const sane: Case = { profile, prices: defaultPrices, workload };
  const { boot } = profile.pools[0]!;
  const slowBoot = profile.pools.map((pool) => ({
    ...pool,
    boot: { ...boot, medianSeconds: 50 * boot.medianSeconds },
  }));
  const late = { ...profile.metrics, delaySeconds: 10 * profile.decisionSeconds };
  const lambdaPrices = {
    ...defaultPrices,
    lambdaUsdPerGbSecond: 100 * defaultPrices.lambdaUsdPerGbSecond,
    lambdaUsdPerRequest: 100 * defaultPrices.lambdaUsdPerRequest,
  };
  const huge = { ...profile, pools: profile.pools.map((pool) => ({ ...pool, max: 100_000 })) };
  return {
    'VM prices x100': { ...sane, prices: vmPricesTimes(100) },
    'VM prices /100': { ...sane, prices: vmPricesTimes(0.01) },
    'Lambda prices x100': { ...sane, prices: lambdaPrices },
    'VM latencies x50': { ...sane, profile: vmsSlower(profile, 50) },
    'VM latencies /50': { ...sane, profile: vmsSlower(profile, 0.02) },
    'Lambda latencies x50': { ...sane, profile: lambdaSlower(profile, 50) },
    'all latencies x50': { ...sane, profile: lambdaSlower(vmsSlower(profile, 50), 50) },
    'rates x1000': { ...sane, profile: huge, workload: scaleWorkload(workload, 1000) },
    'boots x50': { ...sane, profile: { ...profile, pools: slowBoot } },
    'metrics ten intervals late': { ...sane, profile: { ...profile, metrics: late } },
  };
}

const saved = await loadAgent('checkpoints/default');
const known = new Table({ head: ['trace', 'decisions', 'doubted', 'why'], style: { head: [], border: [] } });
let decisions = 0;
let doubted = 0;
for (const [file, startSeconds] of heldOut) {
  const trace = await readWorkload(`${folder}/${file}.csv`, { startSeconds });
  const counts: Count[] = [];
  for (const service of services) {
    const profile = await readProfile(service);
    for (const vms of fleets) {
      counts.push(await count(saved, { profile, prices: defaultPrices, workload: forFleet(trace, profile, vms) }));
    }
  }
  const sum = (of: (one: Count) => number) => counts.reduce((total, one) => total + of(one), 0);
  decisions += sum((one) => one.decisions);
  doubted += sum((one) => one.doubted);
  const why = counts.find((one) => one.why !== null)?.why ?? '';
  known.push([file, sum((one) => one.decisions), sum((one) => one.doubted), why]);
}
console.log(
  `${known.toString()}\nfalse alarms: ${doubted} of ${decisions} decisions, ${((100 * doubted) / decisions).toFixed(3)} %`,
);

const strange = new Table({ head: ['nonsense', 'decisions', 'doubted', 'why'], style: { head: [], border: [] } });
const day = await readWorkload('diurnal:mean=100,hours=0.5,seed=1');
for (const service of ['examples/rho/2.5.yaml', 'examples/image-classifier.yaml']) {
  const profile = await readProfile(service);
  for (const [name, one] of Object.entries(nonsense(profile, forFleet(day, profile, 10)))) {
    const { decisions, doubted, why } = await count(saved, one);
    strange.push([`${profile.name}: ${name}`, decisions, doubted, why ?? '']);
  }
}
console.log(strange.toString());
