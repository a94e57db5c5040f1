import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RouterPlace } from '../../../../env/aws/router/addresses.ts';
import { routerConfiguration } from '../../../../env/aws/router/configuration.ts';
import { latencyEdges } from '../../../../env/deployment/router-layout.ts';
import type { ServiceProfile } from '../../../../env/types.ts';
import { loggedRequest } from '../../../../env/workload/access-log.ts';
import { deployment, profile } from './example.ts';
import { haproxyPath, whySkipped } from './haproxy.ts';

const functions = [{ host: '127.0.0.1', port: 80 }, { host: '127.0.0.1', port: 443 }, null];
const place: RouterPlace = {
  ...{ bind: ':8080', folder: '/maps', socketFor: null, healthPath: null, servers: [[], []] },
  functions,
};
const made = (part: Partial<ServiceProfile> = {}, where: Partial<RouterPlace> = {}) =>
  routerConfiguration({ ...profile, ...part }, deployment, { ...place, ...where });

test('there is a back end for each pool and for each function with an address, and none else that serves', () => {
  const { configuration } = made();
  const backEnds = [...configuration.matchAll(/^backend (\S+)$/gm)].map(([, name]) => name);
  expect(backEnds).toEqual([
    ...['pool.cpu-a', 'pool.gpu', 'lambda.small', 'lambda.medium'],
    ...['arrivals', 'answers', 'latencies'],
  ]);
});

test('who may speak to it: the socket is for one user or group alone, on a path or on the loopback', () => {
  expect(made({}, { socketFor: { user: 'spillway' } }).configuration).toContain(
    'stats socket /run/haproxy/spillway.sock mode 600 user spillway level admin',
  );
  expect(made({}, { socketFor: { group: 'spillway' } }).configuration).toContain(
    'spillway.sock mode 660 group spillway level admin',
  );
  const loopback = { ...deployment, router: { socket: '127.0.0.1:9999', instancePort: 8080 } };
  expect(routerConfiguration(profile, loopback, place).configuration).toContain(
    'stats socket ipv4@127.0.0.1:9999 level admin',
  );
});

test('what it logs is read as the arrivals of a trace: each when it came, not when its answer left', () => {
  const [, format] = /^ {2}log-format '(.*)'$/m.exec(made().configuration)!;
  const line = format!
    .replace('%[date(0,ms)]', '1795341605500')
    .replace(/%T[wra]/g, '500')
    .replace('%ST', '200');
  expect(loggedRequest(line)?.atMs).toBe(1_795_341_605_000);
});

test('until the controller says otherwise whatever finds no free slot goes to Lambda, by a variant that is right enough', () => {
  const [settings] = made().maps;
  expect(settings).toEqual({
    name: 'example.settings.map',
    text: 'variant medium\nwait/strict 0\nwait/relaxed 0\n',
  });
});

test('the bins of the latencies follow each other without a gap, from 0 on', () => {
  const ranges = made()
    .maps[1]!.text.trim()
    .split('\n')
    .map((line) => line.split(/[: ]/).map(Number));
  expect(ranges[0]![0]).toBe(0);
  for (const [index, [from, to, edge]] of ranges.entries()) {
    expect(edge).toBe(from);
    expect(latencyEdges[index + 1]).toBe(to! + 1);
    if (index > 0) expect(from).toBe(ranges[index - 1]![1]! + 1);
  }
});

test('a service behind a load balancer has none', () => {
  expect(() => made({ router: 'weights' })).toThrow('must be overflow');
});

const one = <T>(list: readonly T[]) => list.slice(0, 1);
interface Shape {
  readonly name: string;
  readonly part?: Partial<ServiceProfile>;
  readonly where?: Partial<RouterPlace>;
}
const fast = profile.pools.map((pool) => ({ ...pool, serviceMs: [0.01, 0.5, null] }));
const shapes: readonly Shape[] = [
  { name: 'as it is' },
  { name: 'with both budgets', part: { budgets: { accuracy: true, misses: true } } },
  { name: 'with a queue limit', part: { queueLimit: 100 } },
  { name: 'with one class', part: { slo: { ...profile.slo, classes: one(profile.slo.classes) } } },
  { name: 'with one pool', part: { pools: one(profile.pools) } },
  { name: 'with service times below a millisecond', part: { pools: fast } },
  { name: 'without functions', where: { functions: [null, null, null] } },
  { name: 'with health checks', where: { healthPath: '/healthz' } },
  { name: 'with servers of its own', where: { servers: [[{ host: '10.0.0.1', port: 80 }]] } },
];

describe.skipIf(haproxyPath === null)(`HAProxy takes the configuration of a service${whySkipped}`, () => {
  test.each(shapes)('$name', async ({ part, where }) => {
    const folder = await mkdtemp(join(tmpdir(), 'spillway-router-'));
    const { configuration, maps } = made(part, { ...where, folder });
    const path = join(folder, 'haproxy.cfg');
    await writeFile(path, configuration);
    for (const { name, text } of maps) await writeFile(join(folder, name), text);
    const check = () => execFileSync(haproxyPath!, ['-c', '-q', '-f', path], { stdio: 'pipe' });
    expect(check).not.toThrow();
    await rm(folder, { recursive: true });
  });
});
