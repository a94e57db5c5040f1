import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exitCodeOf } from '../../cli/exit.ts';
import { registerRouter } from '../../cli/router.ts';
import { haproxyPath, whySkipped } from '../env/aws/router/haproxy.ts';

const example = 'examples/aws/image-classifier.yaml';
const functions = ['mobilenet-v2', 'inception-v3', 'xception', 'inception-resnet-v2'].map(
  (variant, index) => `lambda.${variant}=10.0.1.${index + 1}:80`,
);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spillway-router-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function router(...words: string[]) {
  let [said, errors] = ['', ''];
  const program = new Command('spillway').exitOverride().configureOutput({ outputError: () => {} });
  registerRouter(program, (text) => {
    said += text;
  });
  const code = await exitCodeOf(program, ['router', ...words], (text) => {
    errors += text;
  });
  return { code, said, errors };
}

test('without a folder everything is printed, the maps as comments', async () => {
  const { code, said } = await router('--deployment', example);
  expect(code).toBe(0);
  expect(said).toContain('\nfrontend requests\n  bind :8080\n');
  expect(said).toContain('stats socket /run/haproxy/spillway.sock mode 600 level admin');
  expect(said).toContain(
    '# /etc/haproxy/spillway/image-classifier.settings.map:\n#   variant inception-v3\n#   wait/strict 0\n',
  );
});

test('with one the files are written there, and what is missing is said', async () => {
  const out = join(folder, 'written');
  const { said } = await router('--deployment', example, '--out', out);
  expect((await readdir(out)).toSorted()).toEqual(['haproxy.cfg', 'image-classifier.settings.map', 'latency-bins.map']);
  expect(said).toContain('Missing  without --address lambda.mobilenet-v2=HOST:PORT');
  const whole = await router('--deployment', example, '--out', out, '--address', functions.join(','));
  expect(whole.said).not.toContain('Missing');
});

test('addresses, users and paths find their places', async () => {
  const { said } = await router(
    ...['--deployment', example, '--address', 'cpu=10.0.0.5:8080,cpu=[fd00::1]:80', '--address', 'gpu=one.internal:81'],
    ...['--user', 'spillway', '--health', '/healthz', '--bind', '127.0.0.1:9000', '--folder', '/srv/maps'],
  );
  expect(said).toContain('  server fixed-1 10.0.0.5:8080\n  server fixed-2 [fd00::1]:80\n');
  expect(said).toContain('  server fixed-1 one.internal:81\n');
  expect(said).toContain('mode 600 user spillway level admin');
  expect(said).toContain('http-check send meth GET uri /healthz');
  expect(said).toContain('/srv/maps/latency-bins.map');
});

describe('is refused in a sentence, with nothing written:', () => {
  test.each([
    ['--address', 'cpu=10.0.0.5'],
    ['--address', 'cpu=10.0.0.5:0'],
    ['--address', 'cpu=10.0.0.5:70000'],
    ['--address', 'cpu=[10.0.0.5]:80'],
    ['--address', 'cup=10.0.0.5:80'],
    ['--address', 'lambda.inception=10.0.0.5:80'],
    ['--address', 'cpu=a b:80'],
    ['--bind', 'everywhere'],
    ['--bind', ':80 ssl\nmode tcp'],
    ['--user', 'root mode 666'],
    ['--health', 'healthz'],
    ['--group', 'every body'],
    ['--folder', 'maps'],
    ['--folder', '/maps of mine'],
  ])('%s %j', async (flag, value) => {
    const out = join(folder, 'refused');
    const { code, errors } = await router('--deployment', example, '--out', out, flag, value);
    expect(code).toBe(2);
    expect(errors).toContain(flag);
    await expect(readdir(out)).rejects.toThrow('ENOENT');
  });
  test('a service whose traffic a load balancer splits', async () => {
    const { code, errors } = await router('--deployment', 'examples/aws/weighted-classifier.yaml');
    expect(code).toBe(2);
    expect(errors).toContain('must be overflow');
  });
});

test.skipIf(haproxyPath === null)(`HAProxy takes what is written${whySkipped}`, async () => {
  const out = join(folder, 'checked');
  await router('--deployment', example, '--out', out, '--health', '/healthz', '--address', functions.join(','));
  const path = join(out, 'haproxy.cfg');
  expect(execFileSync(haproxyPath!, ['-c', '-f', path], { encoding: 'utf8', stdio: 'pipe' })).toContain('valid');
  expect(await readFile(path, 'utf8')).not.toContain('undefined');
});
