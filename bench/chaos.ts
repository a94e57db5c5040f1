import { parseArgs } from 'node:util';
import { readProfile } from '../env/profile.ts';
import { Random } from '../env/random.ts';
import { readWorkload } from '../env/workload/reference.ts';
import { type ChaosWorld, recoveryTicks, runChaos } from './chaos-run.ts';
import { drawFaults, type Fault } from './faults.ts';

/*
 * npm run chaos -- --hours 2000 --seed 1
 * Simulated days in which metrics, machines, calls and the policy fail by seed; ends with 1 and the shortest failing script where a promise is broken.
 */
const dayTicks = 24 * 60;

async function worldOf(seed: number, ticks: number): Promise<ChaosWorld> {
  const random = Random.seeded(seed, 'chaos');
  const reference =
    random.uniform() < 0.5
      ? `diurnal:mean=80,hours=24,noise=0.2,seed=${seed}`
      : `flash-crowd:base=50,crowds=5,hours=24,seed=${seed}`;
  const [profile, workload] = await Promise.all([
    readProfile('examples/image-classifier.yaml'),
    readWorkload(reference),
  ]);
  return { profile, workload, seed, ticks, faults: drawFaults(random, ticks) };
}

/** Without each fault that the failure does not need. */
async function shrunk(world: ChaosWorld): Promise<readonly Fault[]> {
  let faults = world.faults;
  for (const fault of world.faults) {
    const without = faults.filter((one) => one !== fault);
    if ((await runChaos({ ...world, faults: without })).breaches.length > 0) faults = without;
  }
  return faults;
}

const { values } = parseArgs({
  options: { hours: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } },
});
const [hours, seed] = [Number(values.hours), Number(values.seed)];
if (!(hours > 0) || !Number.isInteger(seed)) {
  process.stderr.write('error: --hours must be a number above 0, and --seed a whole number.\n');
  process.exit(2);
}
const total = { ticks: 0, faults: 0, interventions: 0, replaced: 0 };
for (let world = 0; total.ticks < hours * 60 && process.exitCode === undefined; world++) {
  const day = await worldOf(seed * 100_000 + world, Math.min(dayTicks, Math.ceil(hours * 60 - total.ticks)));
  const result = await runChaos(day);
  total.ticks += day.ticks;
  total.faults += day.faults.length;
  total.interventions += result.interventions;
  total.replaced += result.replaced;
  if (result.breaches.length === 0) continue;
  process.exitCode = 1;
  const faults = await shrunk(day);
  const { breaches } = await runChaos({ ...day, faults });
  process.stdout.write(`${JSON.stringify({ seed: day.seed, faults, breaches: breaches.slice(0, 5) }, null, 2)}\n`);
}
const words = process.exitCode === undefined ? 'every promise kept' : 'a promise was broken';
process.stdout.write(
  `${(total.ticks / 60).toFixed(0)} h, ${total.ticks} decisions, ${total.faults} faults: ${words}; guardrails spoke in ${total.interventions} ` +
    `decisions, ${total.replaced} were not the policy's, recovery within ${recoveryTicks}\n`,
);
