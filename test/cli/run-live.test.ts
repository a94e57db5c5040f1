import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LiveParts, World, WorldOptions } from '../../cli/live/live-parts.ts';
import { readJournal } from '../../controller/journal/read-journal.ts';
import { walkJournal } from '../../controller/journal/walk-journal.ts';
import { readDeployment } from '../../env/deployment/deployment.ts';
import { NotYet } from '../../env/not-yet.ts';
import { InputProblem } from '../../env/problem.ts';
import { actionOf, type FakeClock } from '../controller/fakes.ts';
import { FakeLease, FakeWriter, WritingEnvironment } from '../controller/live-fakes.ts';
import { machine } from './command-line.ts';

vi.mock('../../controller/journal/walk-journal.ts', { spy: true });

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spillway-live-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A cloud of fakes; `refused` are deployments that may not begin, `silences` checks of a start that AWS does not answer. */
function cloud(
  options: {
    counted?: readonly (number | null)[];
    refused?: readonly string[];
    variables?: LiveParts['variables'];
    silences?: number;
    killSwitch?: Awaited<ReturnType<World['killSwitch']>>;
  } = {},
) {
  const worlds: { name: string; sent: FakeWriter; lease: FakeLease; asked: WorldOptions }[] = [];
  let [beats, asks] = [0, 0];
  let paced: number | null = null;
  const parts: LiveParts = {
    variables: options.variables ?? {},
    deployment: readDeployment,
    world(asked) {
      const { name } = asked.service.deployment;
      const [sent, lease] = [new FakeWriter(asked.mode), new FakeLease()];
      worlds.push({ name, sent, lease, asked });
      const environment = new WritingEnvironment(asked.wrap(sent));
      environment.inner.see = () => ({ utilization: [null], pools: [{ ready: 2, booting: 0 }] });
      return {
        environment,
        check: async () => {
          if (asks++ < (options.silences ?? 0)) throw new NotYet(`${name}: the group cannot be read (Throttling).`);
          if (options.refused?.includes(name)) throw new InputProblem(`${name}: a scaling policy sets its size too.`);
        },
        killSwitch: async () => options.killSwitch ?? { state: 'clear', why: null },
        handBack: null,
        lease: asked.takesLease ? lease : null,
        counted: async () => options.counted ?? null,
        faults: () => [],
        said: () => [],
      };
    },
    rehearsal: async (_, clock) => ({ clock, advance: async (seconds) => (clock as FakeClock).pass(seconds) }),
    together: (policies, observations) => policies.map((policy, index) => () => policy.decide(observations[index]!)),
    watchdog: async () => ({ beaten: () => void beats++, close: async () => {} }),
    paceHeap(services) {
      paced = services;
    },
    random: () => 0,
  };
  const wish = { ...actionOf(4), vmCounts: [4], lambdaMemoryMb: 1769 };
  const policy = { parameters: {}, name: 'p', decide: () => ({ action: wish, reason: 'so' }) };
  const run = async (...argv: string[]) => {
    const { parts: own, ...rest } = machineParts();
    const made = machine({
      ...rest,
      live: async () => parts,
      parts: async () => ({ ...(await own()), policy: async () => policy }),
    });
    return made.call('run', '--env', 'aws', '--journal', journal(), '--policy', 'p', ...argv);
  };
  return { run, worlds, beats: () => beats, paced: () => paced };
}

const machineParts = () => ({ parts: machine().dependencies.parts });
const journal = () => join(folder, 'out', 'journal.jsonl');
const weighted = 'examples/aws/weighted-classifier.yaml';

/** A folder of two deployments of the same profile. */
async function twoDeployments(): Promise<string> {
  const path = join(folder, 'services');
  await mkdir(path);
  const text = (await readFile(weighted, 'utf8')).replace(
    '../weighted-classifier.yaml',
    resolve('examples/weighted-classifier.yaml'),
  );
  await writeFile(join(path, 'a.yaml'), text.replace('name: weighted-classifier', 'name: alpha'));
  await writeFile(join(path, 'b.yaml'), text.replace('name: weighted-classifier', 'name: beta'));
  return path;
}

describe('spillway run --env aws', () => {
  test('is a shadow unless told otherwise: no lease is taken, and the journal says so', async () => {
    const { run, worlds, beats, paced } = cloud();
    expect(
      await run('--deployment', weighted, '--rehearsal', 'http://127.0.0.1:4599', '--decisions', '2'),
    ).toMatchObject({ code: 0, errors: '' });
    expect(paced()).toBe(1);
    expect(worlds[0]!.asked).toMatchObject({
      mode: 'shadow',
      takesLease: false,
      allowsPolicies: false,
      address: 'http://127.0.0.1:4599',
    });
    const { entries, intents } = await readJournal(journal());
    expect(entries.map(({ mode, incumbent, service }) => [mode, incumbent, service])).toEqual(
      Array(2).fill(['shadow', null, 'weighted-classifier']),
    );
    expect(intents.every(({ mode }) => mode === 'shadow')).toBe(true);
    expect(beats()).toBeGreaterThan(0);
  });

  test('live takes the lease, writes under it, and gives it back', async () => {
    const { run, worlds } = cloud();
    const answer = await run(
      '--deployment',
      weighted,
      '--rehearsal',
      'http://127.0.0.1:4599',
      '--decisions',
      '1',
      '--mode',
      'live',
    );
    expect(answer).toMatchObject({ code: 0, errors: '' });
    expect(worlds[0]!.sent.sent).toHaveLength(1);
    expect([worlds[0]!.lease.asked > 0, worlds[0]!.lease.isReleased]).toEqual([true, true]);
  });

  test('decides for every deployment of a folder, each under its own name', async () => {
    const { run } = cloud();
    const path = await twoDeployments();
    expect(await run('--deployment', path, '--rehearsal', 'http://127.0.0.1:4599', '--decisions', '2')).toMatchObject({
      code: 0,
    });
    const { entries } = await readJournal(journal());
    expect(entries.map(({ id }) => id).sort()).toEqual(['run/alpha/1', 'run/alpha/2', 'run/beta/1', 'run/beta/2']);
  });

  test('leaves out a service of several that may not begin, and says so at each decision', async () => {
    const { run } = cloud({ refused: ['alpha'] });
    const path = await twoDeployments();
    expect(await run('--deployment', path, '--rehearsal', 'http://127.0.0.1:4599', '--decisions', '2')).toMatchObject({
      code: 0,
    });
    const { entries, missed } = await readJournal(journal());
    expect(entries.map(({ service }) => service)).toEqual(['beta', 'beta']);
    expect(missed.map(({ said }) => said)).toEqual(Array(2).fill('alpha: a scaling policy sets its size too.'));
  });

  test('begins once AWS tells that it may: a single service does not end because AWS does not answer at its start', async () => {
    const { code } = await cloud({ silences: 2 }).run(
      '--deployment',
      weighted,
      '--rehearsal',
      'http://127.0.0.1:4599',
      '--decisions',
      '3',
    );
    const { entries, missed } = await readJournal(journal());
    expect(code).toBe(0);
    expect(missed.map(({ said }) => said)).toEqual([expect.stringContaining('Throttling')]);
    expect(entries).toHaveLength(2);
  });

  test('a start reads the journal once, however many services share it', async () => {
    const options = [
      '--deployment',
      await twoDeployments(),
      '--rehearsal',
      'http://127.0.0.1:4599',
      '--decisions',
      '2',
    ];
    await cloud().run(...options);
    vi.mocked(walkJournal).mockClear();
    expect(await cloud().run(...options)).toMatchObject({ code: 0 });
    expect(walkJournal).toHaveBeenCalledOnce();
  });

  test('a restart knows what the day needed', async () => {
    const options = ['--deployment', weighted, '--rehearsal', 'http://127.0.0.1:4599', '--decisions', '2'];
    await cloud().run(...options);
    expect(await cloud().run(...options)).toMatchObject({ code: 0 });
    expect((await readJournal(journal())).entries).toHaveLength(4);
  });
});

describe('spillway run --env aws refuses with exit code 2, in one sentence, having written nothing', () => {
  const cases: [string, string[], RegExp][] = [
    ['no deployment', [], /--deployment is missing/],
    ['a deployment that is not there', ['--deployment', 'nowhere.yaml'], /nowhere.yaml/],
    ['a trace', ['--deployment', weighted, '--trace', 't.csv'], /--trace t.csv: only a simulation has one/],
    ['a profile', ['--deployment', weighted, '--service', 's.yaml'], /--service s.yaml: only a simulation has one/],
    [
      'live without limits',
      ['--deployment', weighted, '--mode', 'live', '--limits', 'none'],
      /--limits none: must not be live/,
    ],
    ['a twin elsewhere', ['--deployment', weighted, '--rehearsal', 'http://10.0.0.1:4599'], /10\.0\.0\.1/],
    [
      'a twin by name',
      ['--deployment', weighted, '--rehearsal', 'https://monitoring.eu-west-1.amazonaws.com'],
      /amazonaws/,
    ],
    ['no twin at all', ['--deployment', weighted, '--rehearsal', 'nonsense'], /nonsense/],
  ];
  test.each(cases)('%s', async (_, flags, sentence) => {
    const { run } = cloud();
    const answer = await run(...flags);
    expect(answer.errors).toMatch(sentence);
    expect(answer.errors).toMatch(/^error: [^\n]+\n$/);
    expect(answer).toMatchObject({ code: 2, output: '' });
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });

  test('an endpoint that the environment overrides', async () => {
    const { run } = cloud({ variables: { AWS_ENDPOINT_URL_LAMBDA: 'http://127.0.0.1:1' } });
    expect(await run('--deployment', weighted)).toMatchObject({
      code: 2,
      errors: expect.stringContaining('AWS_ENDPOINT_URL_LAMBDA'),
    });
  });

  test('live without a lease, unless a person says that there is no second controller', async () => {
    const text = (await readFile(weighted, 'utf8'))
      .replace('../weighted-classifier.yaml', resolve('examples/weighted-classifier.yaml'))
      .replace(/^lease:.*$/m, '');
    const path = join(folder, 'alone.yaml');
    await writeFile(path, text);
    const options = [
      '--deployment',
      path,
      '--mode',
      'live',
      '--rehearsal',
      'http://127.0.0.1:4599',
      '--decisions',
      '1',
    ];
    expect(await cloud().run(...options)).toMatchObject({ code: 2, errors: expect.stringContaining('--no-lease') });
    const { run, worlds } = cloud();
    expect(await run(...options, '--no-lease')).toMatchObject({ code: 0 });
    expect(worlds[0]!.asked.takesLease).toBe(false);
  });

  test('a service that may not begin, where it is the only one', async () => {
    const { run } = cloud({ refused: ['weighted-classifier'] });
    expect(await run('--deployment', weighted)).toMatchObject({
      code: 2,
      errors: expect.stringContaining('a scaling policy sets'),
    });
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });

  test('live, two deployments that name the same group: each would change back what the other did', async () => {
    const path = await twoDeployments();
    const { run, worlds } = cloud();
    expect(await run('--deployment', path, '--mode', 'live')).toMatchObject({
      code: 2,
      errors: expect.stringContaining('alpha and beta both name the group weighted-classifier-cpu in eu-west-1'),
    });
    expect(worlds).toEqual([]);
  });

  test('a folder in which two deployments have one name, or none is', async () => {
    const path = await twoDeployments();
    await cp(join(path, 'a.yaml'), join(path, 'c.yaml'));
    expect(await cloud().run('--deployment', path)).toMatchObject({
      code: 2,
      errors: expect.stringContaining('two files name the deployment alpha'),
    });
    const empty = await mkdtemp(join(folder, 'empty-'));
    expect(await cloud().run('--deployment', empty)).toMatchObject({
      code: 2,
      errors: expect.stringContaining('holds no deployment'),
    });
  });
});
