import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rehearsedProgram } from '../../bench/rehearsed-program.ts';
import { exitCodeOf } from '../../cli/exit.ts';
import type { IntentNote, JournalEntry, MissedNote } from '../../controller/journal/journal-entry.ts';
import { readJournal } from '../../controller/journal/read-journal.ts';
import type { DeployedService } from '../../env/deployment/deployment.ts';
import type { Call } from '../../env/twin/call-log.ts';
import type { Fault } from '../../env/twin/faults/fault.ts';
import type { Twin, TwinOptions } from '../../env/twin/twin.ts';
import type { Policy, Workload } from '../../env/types.ts';
import { openExample } from '../env/twin/open.ts';

export interface Scene {
  readonly faults?: readonly Partial<Fault>[];
  /** Requests per second, minute by minute; the last holds for the rest. */
  readonly load?: readonly number[];
  /** Minutes that are rehearsed, one decision each. */
  readonly minutes: number;
  /** A rule by its name, or a policy of the test's own. */
  readonly policy?: string | Policy;
  readonly mode?: 'live' | 'shadow';
  readonly options?: readonly string[];
  /** YAML of the guardrails' limits; by default such that delays, steps and budgets keep nothing back. */
  readonly limits?: string;
  readonly twin?: Partial<TwinOptions>;
  /** Where the controller takes the deployment for another one than the twin has. */
  readonly service?: (service: DeployedService) => DeployedService;
  /** Before the controller begins. */
  readonly before?: (twin: Twin) => void | Promise<void>;
  /** After it has ended; the twin still stands. */
  readonly after?: (twin: Twin) => void | Promise<void>;
  /** Ends the run when it says true of the calls so far. */
  readonly stopWhen?: (calls: readonly Call[]) => boolean;
  /** A folder that outlives the run, for one that goes on. */
  readonly folder?: string;
}

export interface Rehearsed {
  readonly code: number;
  readonly errors: string;
  readonly log: string;
  readonly decisions: readonly JournalEntry[];
  readonly intents: readonly IntentNote[];
  readonly missed: readonly MissedNote[];
  /** What reached the twin and would have changed the service: all but the lease. */
  readonly writes: readonly Call[];
  readonly calls: readonly Call[];
  /** The desired capacity at the end. */
  readonly end: number;
}

/** A whole controller, as `spillway run` makes it, beside a stepped twin of the weighted example. Starts with 4 VMs. */
export async function rehearse(scene: Scene): Promise<Rehearsed> {
  const folder = scene.folder ?? (await mkdtemp(join(tmpdir(), 'spillway-')));
  const twin = await openExample('weighted-classifier', {
    workload: loadOf(scene),
    initialVms: [4],
    faults: (scene.faults ?? []).map(faultOf),
    ...scene.twin,
  });
  try {
    await scene.before?.(twin);
    const rehearsed = await run(scene, twin, folder);
    await scene.after?.(twin);
    return rehearsed;
  } finally {
    await twin.close();
    if (scene.folder === undefined) await rm(folder, { recursive: true });
  }
}

async function run(scene: Scene, twin: Twin & DeployedService, folder: string): Promise<Rehearsed> {
  const { policy = 'reactive', mode = 'live', minutes, options = [], limits = loose } = scene;
  const journal = join(folder, 'journal.jsonl');
  await writeFile(join(folder, 'limits.yaml'), limits);
  const said = { errors: '', log: '' };
  const program = programOf(scene, twin, folder, (text) => {
    said.log += text;
  });
  const code = await exitCodeOf(
    program,
    [
      ...['run', '--env', 'aws', '--deployment', 'scenario.yaml', '--rehearsal', twin.url, '--mode', mode],
      ...['--policy', typeof policy === 'string' ? policy : 'own', '--decisions', `${minutes}`, '--journal', journal],
      ...['--limits', join(folder, 'limits.yaml')],
      ...options,
    ],
    (text) => {
      said.errors += text;
    },
  );
  const { entries, intents, missed } = await readJournal(journal).catch(() => none);
  const calls = twin.requests;
  const writes = calls.filter(({ isMutating, service }) => isMutating && service !== 'dynamodb');
  return { code, ...said, decisions: entries, intents, missed, calls, writes, end: twin.groups.all[0]!.desired };
}

/** What is left are the bounds, freshness, unhealthy launches, hindrances and the ladder. */
export const loose = `step: { growthShare: 100, cutShare: 1, leastVms: 400 }
growth: { launches: 100000 }
scaleInDelaySeconds: 0
disruption: { share: 1, leastVms: 400 }
startUpSeconds: 0
`;

const none = { entries: [], intents: [], missed: [] };

function programOf(scene: Scene, twin: Twin & DeployedService, folder: string, write: (text: string) => void) {
  const deployment = {
    ...twin.deployment,
    lease: { table: null, file: join(folder, 'lease'), seconds: 3600 },
    killSwitch: { parameter: null, tag: null },
  };
  const service = { profile: twin.profile, deployment };
  const { policy } = scene;
  return rehearsedProgram({
    service: scene.service?.(service) ?? service,
    policy: typeof policy === 'object' ? policy : null,
    write,
    stop: () => stopOf(scene, twin),
    callDeadlineMs: 2000,
  });
}

function stopOf({ stopWhen }: Scene, twin: Twin): AbortSignal {
  const stop = new AbortController();
  if (stopWhen === undefined) return stop.signal;
  const timer = setInterval(() => {
    if (!stopWhen(twin.requests)) return;
    stop.abort();
    clearInterval(timer);
  }, 2);
  timer.unref();
  return stop.signal;
}

function loadOf({ load = [60], minutes }: Scene): Workload {
  const requests = Float64Array.from({ length: 60 * (minutes + 10) }, (_, second) => {
    return load[Math.min(Math.floor(second / 60), load.length - 1)]!;
  });
  return { name: 'scene', stepSeconds: 1, requests, counted: false };
}

/** Seconds and minutes as in a script: of what is not said, everything. */
function faultOf(fault: Partial<Fault>): Fault {
  const usual = { atSeconds: 0, forSeconds: 0, service: null, operation: null, resource: null, strength: 1 };
  return { kind: 'throttle', ...usual, ...fault };
}

/** The desired capacities that were asked for, in order. */
export function capacitiesAsked({ writes }: Rehearsed): number[] {
  return writes
    .filter(({ operation }) => operation === 'SetDesiredCapacity')
    .map(({ input }) => Number(input.DesiredCapacity));
}

/** Of the decisions made in these minutes. */
export function between({ decisions }: Rehearsed, fromMinute: number, toMinute: number): readonly JournalEntry[] {
  return decisions.filter(({ timeSeconds }) => timeSeconds >= 60 * fromMinute && timeSeconds < 60 * toMinute);
}

/** VMs wanted at a decision, once guardrails and ladder have spoken. */
export function applied(entry: JournalEntry): number {
  return entry.applied.vmCounts[0]!;
}
