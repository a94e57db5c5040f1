import { parseArgs } from 'node:util';
import { type DeployedService, readDeployment } from '../../env/deployment/deployment.ts';
import { runProcessRound } from './process-round.ts';
import { recoveryMinutes, runRound } from './round.ts';
import { drawScript, type ScriptPlace } from './script.ts';
import { shrunk } from './shrunk.ts';

/*
 * npm run chaos:live -- --hours 50 --seed 1
 * Rounds of hours on the twin in which controllers are killed, paused and given a wrong time while everything around them fails by seed;
 * ends with 1 and the shortest failing script where a promise is broken.
 */
const roundMinutes = 240;
const weighted = 'examples/aws/weighted-classifier.yaml';
const examples = [weighted, 'examples/aws/image-classifier.yaml'];

function placeOf({ deployment }: DeployedService): ScriptPlace {
  const groups = deployment.pools.map(({ autoScalingGroup }) => autoScalingGroup);
  const functions = deployment.functions.flatMap((one) => (one === null ? [] : [one.name]));
  return { groups, functions, hasRouter: deployment.router !== null };
}

const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    /** Processes that are killed with SIGKILL, beside the many that are killed in this one. */
    kills: { type: 'string', default: '5' },
  },
});
const [hours, seed, kills] = [Number(values.hours), Number(values.seed), Number(values.kills)];
if (!(hours > 0) || !Number.isInteger(seed) || !(kills >= 0)) {
  process.stderr.write('error: --hours must be a number above 0, --seed a whole number, and --kills 0 or more.\n');
  process.exit(2);
}
const services = await Promise.all(examples.map(readDeployment));
const processes = await runProcessRound(seed, kills, weighted);
if (processes.breaches.length > 0) {
  process.exitCode = 1;
  process.stdout.write(`${JSON.stringify({ seed, kills, breaches: processes.breaches.slice(0, 5) }, null, 2)}\n`);
}
const total = { minutes: 0, rounds: 0, decisions: 0, calls: 0, writes: 0, kills: 0, faults: 0, blows: 0 };
const recoveries: number[] = [];
const startMs = performance.now();
while (total.minutes < 60 * hours && process.exitCode === undefined) {
  const service = services[total.rounds % services.length]!;
  const script = drawScript(1000 * seed + total.rounds, roundMinutes, placeOf(service));
  const result = await runRound(script, service);
  total.rounds++;
  total.minutes += script.minutes;
  total.faults += script.faults.length;
  total.blows += script.blows.length;
  total.kills += result.kills;
  total.decisions += result.decisions;
  total.calls += result.calls;
  total.writes += result.writes;
  if (result.recoveryMinutes !== null) recoveries.push(result.recoveryMinutes);
  if (result.breaches.length === 0) continue;
  process.exitCode = 1;
  process.stdout.write(
    `${JSON.stringify({ service: service.deployment.name, seed: script.seed, breaches: result.breaches.slice(0, 5) }, null, 2)}\n`,
  );
  process.stdout.write(`${JSON.stringify(await shrunk(script, service), null, 2)}\n`);
}
const words = process.exitCode === undefined ? 'every promise kept' : 'a promise was broken';
const minutes = (performance.now() - startMs) / 60_000;
process.stdout.write(
  `${total.minutes / 60} h in ${total.rounds} rounds and ${minutes.toFixed(1)} min, ${total.decisions} decisions, ${total.calls} calls, ` +
    `${total.writes} of them writes; ${total.faults} faults, ${total.kills} kills in the process and ${processes.kills} of processes, ${total.blows - total.kills} pauses and jumps: ${words}; ` +
    `well again after ${Math.max(0, ...recoveries)} min at most (promised: ${recoveryMinutes})\n`,
);
