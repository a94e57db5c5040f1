import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readJournal } from '../controller/journal/read-journal.ts';
import type { Figure } from './figure.ts';
import { addressOf, ended, run } from './live.ts';
import { watchProcessor } from './watch-processor.ts';

const services = 1000;
/** The first ones bring the imagined functions to their memory, step by step; afterwards those are only looked at now and then. */
const rounds = 40;
const judged = 20;
/** As docs/aws.md advises for so many: what a round has under way is not copied about. */
const ofNode = ['--max-semi-space-size=64'];
const example = 'examples/aws/image-classifier.yaml';

/**
 * A round of a thousand services in one process, in shadow beside one twin, once nothing changes any more but the load: observe, decide,
 * guard, journal; with one kill switch in SSM for all. The median of the last rounds, by the clock of the wall, for which both processes
 * have a core, and by the processor time of each.
 */
export async function benchManyServices(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-bench-'));
  const twin = run([
    'twin',
    '--deployment',
    example,
    '--trace',
    'diurnal:mean=60,hours=2,seed=1',
    '--stepped',
    '--port',
    '0',
  ]);
  try {
    const deployments = join(folder, 'deployments');
    await mkdir(deployments);
    await writeDeployments(deployments);
    const address = await addressOf(twin);
    const journal = join(folder, 'journal.jsonl');
    const controller = run(
      [
        ...['run', '--env', 'aws', '--deployment', deployments, '--rehearsal', address, '--quiet'],
        ...['--policy', 'ppo:checkpoints/default', '--decisions', `${rounds}`, '--journal', journal],
      ],
      ofNode,
    );
    const spent = [controller, twin].map(watchProcessor);
    await ended(controller);
    const lengths = await roundSeconds(journal);
    const [own, twins] = spent.map((inLast) => inLast(lengths.reduce((sum, one) => sum + one)));
    const round = `a round of ${services} services`;
    return [
      {
        name: `${round}: observe from the twin, decide, guard, journal`,
        value: lengths.toSorted((a, b) => a - b)[judged >> 1]!,
        unit: 's',
        goal: { atMost: 1 },
      },
      { ...perRound(own!), name: `${round}, processor time of the controller` },
      { ...perRound(twins!), name: `${round}, processor time of the twin, which is the world` },
    ];
  } finally {
    twin.kill();
    await rm(folder, { recursive: true });
  }
}

/** The same resources under as many names. */
async function writeDeployments(folder: string): Promise<void> {
  const text = (await readFile(example, 'utf8')).replace(
    '../image-classifier.yaml',
    resolve('examples/image-classifier.yaml'),
  );
  for (let service = 0; service < services; service++) {
    const own = text.replace(/^name: .*$/m, `name: service-${service}`);
    await writeFile(join(folder, `${service}.yaml`), own);
  }
}

/** Of the last rounds together. */
function perRound(seconds: number | null): Omit<Figure, 'name'> {
  const note = 'not measured: no /proc here';
  return { value: seconds && seconds / judged, unit: 's', goal: { atMost: 1 }, note };
}

/** Of the last ones. The longest decision of a round is its length, since all of them begin together. */
async function roundSeconds(journal: string): Promise<number[]> {
  const { entries } = await readJournal(journal);
  const longest = new Map<number, number>();
  for (const { timeSeconds, tickMs } of entries) {
    const round = Math.round(timeSeconds / 60);
    longest.set(round, Math.max(longest.get(round) ?? 0, tickMs));
  }
  return [...longest.values()].slice(-judged).map((milliseconds) => milliseconds / 1000);
}
