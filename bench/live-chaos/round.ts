import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JournalEntry } from '../../controller/journal/journal-entry.ts';
import { readJournal } from '../../controller/journal/read-journal.ts';
import type { DeployedService } from '../../env/deployment/deployment.ts';
import { defaultPrices } from '../../env/prices.ts';
import { Random } from '../../env/random.ts';
import { type Inside, insideOf } from '../../env/twin/inside.ts';
import { type OpenTwinRouter, openTwinRouter } from '../../env/twin/router/open-twin-router.ts';
import { FileHolder, TableHolder } from './lease-holder.ts';
import type { SeatParts } from './life.ts';
import { chaosPolicy } from './policy.ts';
import { type ChaosScript, lastMinute } from './script.ts';
import { Seat } from './seat.ts';
import { leaseSeconds, limitsText, loadOf, startedAt } from './setting.ts';
import { unkeptJournal } from './unkept-journal.ts';
import { Watch } from './watch.ts';

export interface RoundResult {
  /** Sentences; empty where every promise was kept. */
  readonly breaches: readonly string[];
  readonly decisions: number;
  readonly writes: number;
  readonly calls: number;
  readonly kills: number;
  /** Minutes after the last fault until the service was well; null: it was not, or that could not be seen in the round. */
  readonly recoveryMinutes: number | null;
}

/** After the last fault a decision within so many minutes is the policy's own, and keeps the promise. */
export const recoveryMinutes = 30;
/** On the first pool; the others have their minimum. */
const firstVms = 8;

/** One twin, one or two controllers as `spillway run --env aws` makes them, and all that the script lets happen to them. */
export async function runRound(script: ChaosScript, service: DeployedService): Promise<RoundResult> {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-live-chaos-'));
  try {
    return await played(script, service, folder);
  } finally {
    await rm(folder, { recursive: true, maxRetries: 3 });
  }
}

async function played(script: ChaosScript, example: DeployedService, folder: string): Promise<RoundResult> {
  const service = await leased(script, example, folder);
  const inside = insideOf({
    ...service,
    ...{ prices: defaultPrices, startedAt, seed: script.seed, faults: script.faults },
    initialVms: service.profile.pools.map(({ min }, pool) => (pool === 0 ? firstVms : min)),
    workload: loadOf(script.load, script.minutes),
  });
  const watch = watchOf(script, service, inside);
  const router = await routerOf(service, inside);
  const seats = await seatsOf(script, service, { inside, router, watch }, folder);
  for (let minute = 0; minute < script.minutes; minute++) {
    await Promise.all(
      seats.map((seat, index) => {
        const blows = script.blows.filter((blow) => blow.seat === index && blow.minute === minute);
        return seat.minute(minute, blows);
      }),
    );
    inside.timeline.moveTo(startedAt.getTime() + 60_000 * (minute + 1));
  }
  await Promise.all(seats.map((seat) => seat.end()));
  await router?.close();
  const unkept = await Promise.all(seats.map(unkeptJournal));
  return resultOf(script, service, seats, watch, unkept.flat());
}

async function resultOf(
  script: ChaosScript,
  { profile }: DeployedService,
  seats: readonly Seat[],
  { breaches, writes, calls }: Watch,
  unkept: readonly string[],
): Promise<RoundResult> {
  const journals = await Promise.all(seats.map((seat) => readJournal(join(seat.folders.at(-1)!, 'journal.jsonl'))));
  const entries = journals.flatMap((journal) => journal.entries);
  const last = lastMinute(script);
  const well = wellSince(entries, last, profile.slo.attainment, script.mode);
  const isSeen = last + recoveryMinutes <= script.minutes;
  const isLate = isSeen && (well === null || well > recoveryMinutes);
  const late = `not well within ${recoveryMinutes} minutes after minute ${last} (${well === null ? 'not at all' : `after ${well}`})`;
  return {
    breaches: [...breaches, ...unkept, ...(isLate ? [late] : [])],
    decisions: entries.length,
    kills: seats.reduce((sum, seat) => sum + seat.kills, 0),
    ...{ writes, calls, recoveryMinutes: isSeen ? well : null },
  };
}

/** Minutes from then on until a decision of the policy's own keeps the promise; in shadow mode it is not the policy that keeps it. */
function wellSince(
  entries: readonly JournalEntry[],
  minute: number,
  attainment: number,
  mode: ChaosScript['mode'],
): number | null {
  const minutes = entries
    .filter(({ decidedBy, outcome }) => {
      const isKept = outcome !== null && (outcome.attainment ?? 1) >= attainment;
      return decidedBy.rung === 'policy' && (isKept || mode === 'shadow');
    })
    .map(({ at }) => (Date.parse(at) - startedAt.getTime()) / 60_000 - minute)
    .filter((after) => after >= 0);
  return minutes.length === 0 ? null : Math.min(...minutes);
}

/** Two hosts share a table, and two processes of one host a file. */
async function leased({ lease }: ChaosScript, service: DeployedService, folder: string): Promise<DeployedService> {
  await mkdir(join(folder, 'lease'));
  const place =
    lease === 'file'
      ? { file: join(folder, 'lease', 'lease'), table: null }
      : { file: null, table: service.deployment.lease.table };
  return { ...service, deployment: { ...service.deployment, lease: { ...place, seconds: leaseSeconds } } };
}

function watchOf({ lease }: ChaosScript, { profile, deployment }: DeployedService, inside: Inside): Watch {
  const path = `${deployment.lease.file}.${deployment.name}`;
  return new Watch({
    ...{ inside, profile, prices: defaultPrices },
    lease: lease === 'file' ? new FileHolder(path, 'run') : new TableHolder(),
  });
}

function routerOf({ profile, deployment }: DeployedService, inside: Inside): Promise<OpenTwinRouter | null> {
  const { world, faults, groups, timeline } = inside;
  const isServing = (id: string) => groups.serves(id);
  const about = { profile, deployment: deployment.name };
  return openTwinRouter({ ...about, world, faults, isServing, catchUp: () => {} }).then((router) => {
    timeline.beforeSteps(() => router?.settle());
    return router;
  });
}

type Together = Pick<SeatParts, 'inside' | 'router' | 'watch'>;

async function seatsOf(script: ChaosScript, service: DeployedService, together: Together, folder: string) {
  const limits = join(folder, 'limits.yaml');
  await writeFile(limits, limitsText);
  const random = Random.seeded(script.seed, 'moments');
  const minuteNow = () => Math.floor(together.inside.clock.seconds() / 60);
  return Array.from({ length: script.seats }, (_, index) => {
    const seat = { ...together, index, service, limits, mode: script.mode, folder: join(folder, `seat-${index}`) };
    const policy = () => chaosPolicy(service.profile, script, minuteNow);
    return new Seat({ ...seat, policy, random: () => random.uniform() });
  });
}
