import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Writable } from 'node:stream';
import picocolors from 'picocolors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DoctorOptions, runDoctor } from '../../cli/doctor.ts';
import { FailureTold } from '../../cli/exit.ts';
import { permissions } from '../../env/aws/permissions.ts';
import { readDeployment } from '../../env/deployment/deployment.ts';
import { defaultPrices } from '../../env/prices.ts';
import { parseFault } from '../../env/twin/faults/script.ts';
import { openTwin, type Twin } from '../../env/twin/twin.ts';
import { parseGenerator } from '../../env/workload/reference.ts';

const file = 'examples/aws/weighted-classifier.yaml';
const startedAt = new Date('2026-11-22T12:00:00Z');
let twin: Twin;
beforeAll(async () => {
  const { deployment, profile } = await readDeployment(file);
  const workload = parseGenerator('constant:mean=40,hours=2');
  twin = await openTwin({ deployment, profile, workload, prices: defaultPrices, seed: 1, startedAt });
  twin.advance(1200);
});
afterAll(() => twin.close());

async function doctor(options: Partial<DoctorOptions> = {}) {
  let said = '';
  const output = new Writable({
    write: (chunk, _encoding, done) => {
      said += String(chunk);
      done();
    },
  });
  const surroundings = { environment: {}, now: () => new Date(0), output, paint: picocolors.createColors(false) };
  const failed = await runDoctor({ deployment: [file], rehearsal: twin.url, ...options }, surroundings).then(
    () => false,
    (error: unknown) => {
      if (error instanceof FailureTold) return true;
      throw error;
    },
  );
  return { said, failed };
}

describe('spillway doctor, of a twin,', () => {
  test('finds no problem, and says what it could not check', async () => {
    const { said, failed } = await doctor();
    expect(failed).toBe(false);
    expect(said).toMatch(/^ok +identity +eu-west-1: Acts as arn:aws:sts::123456789012:/m);
    expect(said).toMatch(/^ok +metrics +RequestCount of cpu-inception-v3: \d+ s old\.$/m);
    expect(said).toMatch(/^unknown +permissions +writes: Cannot be checked without writing:/m);
    expect(said).toMatch(/No problem found: \d+ ok, \d+ to look at, \d+ unknown\.\n$/);
    expect(said.split('\n').every((line) => line.length <= 120)).toBe(true);
  });

  test('changes nothing, and asks only what its policy lets it ask', async () => {
    const before = twin.requests.length;
    await doctor();
    const operations = new Set(twin.requests.slice(before).map(({ service, operation }) => `${service}:${operation}`));
    const permitted = permissions
      .filter(({ commands }) => commands.includes('doctor'))
      .flatMap(({ actions }) => actions.map((action) => action.replace('cloudwatch:', 'monitoring:')));
    expect([...operations].filter((one) => !permitted.includes(one))).toEqual(['sts:GetCallerIdentity']);
  });

  test('gives the findings as JSON, with the policy and the limits that were asked about', async () => {
    const { said } = await doctor({ json: true, policy: 'percentile' });
    const { deployment, findings } = JSON.parse(said);
    expect(deployment).toBe('weighted-classifier');
    expect(findings).toContainEqual(expect.objectContaining({ check: 'policy', state: 'ok' }));
    expect(new Set(findings.flatMap(Object.keys))).toEqual(new Set(['check', 'subject', 'state', 'said', 'remedy']));
  });

  test('fails where something is wrong, and names it with its remedy', async () => {
    const group = twin.groups.all[0]!;
    group.suspended.add('Launch');
    const { said, failed } = await doctor();
    group.suspended.delete('Launch');
    expect(failed).toBe(true);
    expect(said).toMatch(/^problem +group +weighted-classifier-cpu: Its process Launch is suspended/m);
    expect(said).toMatch(/-> Find out who suspended it and why, then resume Launch\./);
    expect(said).toContain('1 problem found');
  });
});

describe('whatever AWS answers, spillway doctor reports it and claims nothing is well that it did not see:', () => {
  test.each(['deny', 'expired-token', 'empty-body'])('%s', async (kind) => {
    twin.inject(parseFault(JSON.stringify({ kind, for: 60 }), twin.nowMs() / 1000 - startedAt.getTime() / 1000));
    const { said } = await doctor();
    twin.advance(60);
    // An empty answer of DynamoDB is one: there is no item.
    expect(said).not.toMatch(/^ok +(identity|group|rule|targets|function|kill switch|metrics|boots|permissions)/m);
    expect(said).toMatch(/\d+ unknown\.\n$/);
  });
});

test('spillway doctor, of a twin with an overflow router, asks that router too', async () => {
  const of = 'examples/aws/image-classifier.yaml';
  const { deployment, profile } = await readDeployment(of);
  const workload = parseGenerator('constant:mean=40,hours=2');
  const other = await openTwin({ deployment, profile, workload, prices: defaultPrices, seed: 1, startedAt });
  other.advance(1200);
  const { said, failed } = await doctor({ deployment: [of], rehearsal: other.url });
  await other.close();
  expect(said).toMatch(/^ok +router +\S+haproxy\S+: Answers; slots that take requests: \d+ of cpu, \d+ of gpu\.$/m);
  expect(failed).toBe(false);
});

describe('spillway doctor refuses', () => {
  test.each([
    ['a deployment that is not there', { deployment: ['nowhere.yaml'] }, 'there is no such file'],
    ['a policy that is not there', { policy: 'mixd' }, 'mixd'],
    ['a policy that AWS has nothing for', { policy: 'batch' }, 'gathers requests'],
    ['a policy that knows the future', { policy: 'oracle' }, 'knows the future'],
    ['a rehearsal that is elsewhere', { rehearsal: 'http://192.0.2.1:4566' }, '--rehearsal'],
    ['a rehearsal with another name', { rehearsal: 'http://127.0.0.1.example.com/' }, '--rehearsal'],
  ])('%s', async (_, options, sentence) => {
    await expect(doctor(options)).rejects.toThrow(sentence);
  });

  test('an endpoint of the environment, unless it rehearses', async () => {
    const output = new Writable();
    const surroundings = { now: () => new Date(0), output, paint: picocolors };
    const environment = { AWS_ENDPOINT_URL_LAMBDA: 'http://127.0.0.1:1' };
    await expect(runDoctor({ deployment: [file] }, { ...surroundings, environment })).rejects.toThrow(
      'AWS_ENDPOINT_URL_LAMBDA is set',
    );
  });
});

describe('spillway doctor, of several deployments,', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spillway-doctor-'));
    const text = (await readFile(file, 'utf8')).replace('../weighted', resolve('examples/weighted'));
    await writeFile(join(folder, 'sound.yaml'), text.replace(/^name: .*/m, 'name: sound'));
    await writeFile(join(folder, 'ill.yaml'), text.replace(/^name: .*/m, 'name: ill').replaceAll('-cpu\n', '-gone\n'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('gives a verdict for each of a folder, and fails by the worst', async () => {
    const { said, failed } = await doctor({ deployment: [folder] });
    expect(failed).toBe(true);
    const [ill, sound] = said.trimEnd().split('\n').slice(-2);
    expect(ill).toMatch(/^ill +\d+ problems? found: /);
    expect(sound).toMatch(/^sound +No problem found: /);
    const alone = await doctor({ deployment: [join(folder, 'sound.yaml')] });
    expect(alone.failed).toBe(false);
  });

  test('as JSON is a list, with the file of each', async () => {
    const { said } = await doctor({ deployment: [join(folder, 'sound.yaml'), join(folder, 'ill.yaml')], json: true });
    expect(JSON.parse(said).map(({ deployment }: { deployment: string }) => deployment)).toEqual(['sound', 'ill']);
  });

  test('looks at the others where the file of one is wrong, and then is wrong input itself', async () => {
    let said = '';
    const output = new Writable({
      write: (chunk, _encoding, done) => {
        said += String(chunk);
        done();
      },
    });
    const surroundings = { environment: {}, now: () => new Date(0), output, paint: picocolors.createColors(false) };
    const deployment = [join(folder, 'none.yaml'), join(folder, 'sound.yaml')];
    const running = runDoctor({ deployment, rehearsal: twin.url }, surroundings);
    await expect(running).rejects.toThrow(/none\.yaml could not be examined/);
    expect(said).toMatch(/none\.yaml +Wrong input\.\nsound +No problem found/);
  });

  test('two of one name are refused, as the controller would', async () => {
    const twice = [join(folder, 'sound.yaml'), join(folder, 'sound.yaml')];
    await expect(doctor({ deployment: twice })).rejects.toThrow('two files name the deployment sound');
  });
});
