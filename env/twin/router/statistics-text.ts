import { isPoolBackEnd, lambdaBackEnd, poolBackEnd, tables } from '../../deployment/router-layout.ts';
import type { ServiceProfile } from '../../types.ts';
import type { RouterTotals } from '../parts.ts';
import type { RoutedCounts } from './routed-counts.ts';
import type { ShownServer } from './shown-servers.ts';
import { linePool } from './tables.ts';

/** Of HAProxy's columns those that Spillway reads, and a few for people; names and order are HAProxy's. */
const columns = [
  'pxname',
  'svname',
  'qcur',
  'scur',
  'slim',
  'stot',
  'status',
  'act',
  'type',
  'qtime',
  'ctime',
  'rtime',
] as const;
type Cells = { readonly [column in (typeof columns)[number]]?: string | number };

const [frontEnd, backEnd, server] = [0, 1, 2];

/** `show stat`, as CSV. */
export function statisticsText(
  profile: ServiceProfile,
  counts: RoutedCounts,
  servers: (backEndName: string) => readonly ShownServer[],
): string {
  const now = counts.settle();
  const came = now.requests.reduce((sum, count) => sum + count, 0);
  const rows: Cells[] = [
    { pxname: 'requests', svname: 'FRONTEND', scur: 0, slim: 10_000, stot: came, status: 'OPEN', type: frontEnd },
    ...profile.pools.flatMap(({ name }, pool) => poolRows(poolBackEnd(name), pool, counts, now, servers)),
    ...profile.variants.map(({ name }): Cells => plainBackEnd(lambdaBackEnd(name))),
    ...Object.values(tables).map(plainBackEnd),
  ];
  const lines = rows.map((row) => `${columns.map((column) => row[column] ?? '').join(',')},\n`);
  return `# ${columns.join(',')},\n${lines.join('')}`;
}

function poolRows(
  name: string,
  pool: number,
  counts: RoutedCounts,
  now: RouterTotals,
  servers: (backEndName: string) => readonly ShownServer[],
): Cells[] {
  const shown = servers(name);
  const queued = pool === linePool(now) ? now.queue.reduce((sum, count) => sum + count, 0) : 0;
  const active = shown.filter(({ status }) => status === 'UP').length;
  const times = { qtime: 0, ctime: 0, rtime: counts.serviceMs(pool) };
  return [
    ...shown.map(
      ({ name: svname, slots, status }): Cells => ({
        ...{ pxname: name, svname, qcur: 0, scur: 0, slim: slots, stot: 0, status, act: 1, type: server },
        ...times,
      }),
    ),
    {
      ...{ ...plainBackEnd(name), qcur: queued, scur: queued, stot: counts.leftPool(pool) + queued },
      ...{ status: active > 0 || shown.length === 0 ? 'UP' : 'DOWN', act: active },
      ...times,
    },
  ];
}

function plainBackEnd(pxname: string): Cells {
  const zeros = { qcur: 0, scur: 0, stot: 0, act: isPoolBackEnd(pxname) ? 0 : 1, qtime: 0, ctime: 0, rtime: 0 };
  return { pxname, svname: 'BACKEND', slim: 1000, status: 'UP', type: backEnd, ...zeros };
}
