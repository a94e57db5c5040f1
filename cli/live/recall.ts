import type { Clock } from '../../controller/clock.ts';
import type { Journal } from '../../controller/journal/journal.ts';
import type { Mode } from '../../controller/journal/journal-entry.ts';
import { pastOf } from '../../controller/journal/past-of.ts';
import type { Seen } from '../../controller/journal/seen-before.ts';
import type { Workload } from '../../env/types.ts';
import { newestStretch } from '../../env/workload/stretch.ts';
import type { World } from './live-parts.ts';
import type { PlannedService } from './live-plan.ts';

export interface RecallOptions {
  /** What earlier runs of the service saw, oldest first. */
  readonly seen: readonly Seen[];
  readonly mode: Mode;
  /** How far back; 0: not at all. */
  readonly seconds: number;
  readonly clock: Clock;
  readonly runId: string;
  readonly journal: Pick<Journal, 'append'>;
  /** Told how much was found, or why nothing. */
  readonly say: (sentence: string) => void;
}

const minuteMs = 60_000;
/** Minutes that nobody knows are drawn from their neighbours up to here; beyond a longer hole the past is forgotten. */
const mostGapMinutes = 10;
/** A past that ended longer ago is not what comes before the first decision. */
const mostAgeMinutes = 20;

/**
 * Tells a policy and its fallback which requests came before the run, as CloudWatch counted them, and where it does not know (yet) as the
 * journal of earlier runs saw them. What they were told is journaled. Never throws: without a past they begin as if there was none.
 */
export async function recall(
  { service, policy, fallback }: PlannedService,
  world: Pick<World, 'counted'>,
  options: RecallOptions,
): Promise<void> {
  const { seconds, clock, say, runId, mode, journal } = options;
  const takers = [policy, fallback].filter((one) => one?.recall !== undefined);
  if (seconds === 0 || takers.length === 0) return;
  const found = await foundBefore(clock.now(), service, world, options);
  say(found.said);
  if (found.past === null) return;
  const { workload, until } = found.past;
  for (const one of takers) one!.recall!(workload);
  const { name } = service.deployment;
  await journal.append({
    ...{ kind: 'past', id: `${runId}/${name}`, at: clock.now().toISOString(), service: name, mode },
    ...{ until: until.toISOString(), stepSeconds: workload.stepSeconds, requests: Array.from(workload.requests) },
  });
}

interface Found {
  readonly past: { readonly workload: Workload; readonly until: Date } | null;
  readonly said: string;
}

async function foundBefore(
  now: Date,
  { deployment, profile }: PlannedService['service'],
  world: Pick<World, 'counted'>,
  { seconds, seen }: RecallOptions,
): Promise<Found> {
  const toMs = floorMinute(now.getTime());
  const fromMs = toMs - minuteMs * Math.ceil((1000 * seconds) / minuteMs);
  // The newest interval that CloudWatch knows is what the first observation tells.
  const publishedMs = floorMinute(toMs - 1000 * (deployment.metrics.offsetSeconds + profile.decisionSeconds));
  const { minutes: counted, why } = await countedBy(world, { fromMs, toMs: publishedMs });
  const ofJournal = { service: deployment.name, binSeconds: profile.metrics.binSeconds, fromMs, toMs };
  const all = pastOf(seen, ofJournal).map((count, minute) => counted[minute] ?? count);
  const found = newestStretch(all, { name: deployment.name, stepSeconds: 60, mostGap: mostGapMinutes });
  const endMinute = found === null ? 0 : found.from + found.workload.requests.length;
  if (found === null || found.workload.requests.length < 2 || all.length - endMinute > mostAgeMinutes) {
    const reason = why ?? 'neither CloudWatch nor the journal holds any';
    return {
      past: null,
      said: `The policy begins without a past: no arrivals of the time before are known (${reason}).`,
    };
  }
  const { workload, from, filled } = found;
  const until = new Date(fromMs + endMinute * minuteMs);
  const journaled = all
    .slice(from, endMinute)
    .filter((count, at) => count !== null && counted[from + at] == null).length;
  const parts = [
    `${workload.requests.length} minutes of arrivals up to ${until.toISOString()}`,
    ...(journaled === 0 ? [] : [`${journaled} of them from the journal`]),
    ...(filled === 0 ? [] : [`${filled} drawn from their neighbours`]),
  ];
  return {
    past: { workload, until },
    said: `The policy recalls ${parts.join(', ')}${why === null ? '' : ` (${why})`}.`,
  };
}

const floorMinute = (ms: number) => Math.floor(ms / minuteMs) * minuteMs;

type Minutes = readonly (number | null)[];

async function countedBy(
  world: Pick<World, 'counted'>,
  window: { readonly fromMs: number; readonly toMs: number },
): Promise<{ readonly minutes: Minutes; readonly why: string | null }> {
  if (window.toMs <= window.fromMs) return { minutes: [], why: null };
  try {
    const minutes = await world.counted(window);
    return {
      minutes: minutes ?? [],
      why: minutes === null ? 'CloudWatch counts them only behind a load balancer that the deployment names' : null,
    };
  } catch (error) {
    return { minutes: [], why: error instanceof Error ? error.message : String(error) };
  }
}
