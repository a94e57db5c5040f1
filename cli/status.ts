import type { Command } from 'commander';
import { systemClock } from '../controller/clock.ts';
import type { MissedNote } from '../controller/journal/journal-entry.ts';
import { InputProblem } from '../env/problem.ts';
import { walkContent } from './journal-content.ts';
import { dayMs, Standings } from './status-of.ts';
import { type HealthStatus, statusText } from './status-text.ts';

export interface StatusOptions {
  readonly journal: string;
  readonly health?: string;
  readonly json?: boolean;
}

export function registerStatus(program: Command, write: (text: string) => void): void {
  program
    .command('status')
    .summary('how a run stands, on one screen')
    .description(
      `Tells of each service in the journal of \`spillway run\` who decides, the fleet that is wanted and the one that is there, the last decision
with its reason and what held it back, how old the metrics are, and how the last hour and day went. It only reads.`,
    )
    .option('--journal <file>', 'journal of the run', 'runs/journal.jsonl')
    .option('--health <address>', 'also asks the health page of the run, such as http://127.0.0.1:9464')
    .option('--json', 'as data')
    .action(async (options: StatusOptions) => write(await status(options, systemClock.now())));
}

/** As text, or JSON. */
export async function status({ journal, health, json }: StatusOptions, now: Date): Promise<string> {
  const standings = new Standings();
  // Files that were put aside more than a day before the newest line are not needed.
  await walkContent(journal, now.getTime() - dayMs, (line) => standings.read(line));
  const { decided: services, undecided } = standings;
  if (services.length === 0) throw noDecision(journal, undecided);
  const page = health === undefined ? null : await askHealth(health);
  return json
    ? `${JSON.stringify({ services, undecided, health: page }, null, 2)}\n`
    : statusText({ services, undecided }, page, now);
}

function noDecision(journal: string, undecided: readonly MissedNote[]): InputProblem {
  const newest = undecided.toSorted((one, other) => (one.at < other.at ? -1 : 1)).at(-1);
  const why = newest === undefined ? 'name another journal.' : `the newest was missed: ${newest.said}`;
  return new InputProblem(`--journal ${journal}: holds no decision; ${why}`);
}

const patienceMs = 3000;

async function askHealth(address: string): Promise<HealthStatus> {
  if (!/^https?:\/\//.test(address) || !URL.canParse(address)) {
    throw new InputProblem(`--health ${address}: must be an address such as http://127.0.0.1:9464.`);
  }
  const [alive, ready] = await Promise.all([ask(address, '/healthz'), ask(address, '/readyz')]);
  const said = ready === null || ready.isWell ? [] : ready.body.trim().split('\n').slice(0, 20);
  return { address, isAlive: alive?.isWell ?? null, isReady: ready?.isWell ?? null, said };
}

/** Null: no answer. */
async function ask(address: string, path: string): Promise<{ readonly isWell: boolean; readonly body: string } | null> {
  try {
    const response = await fetch(new URL(path, address), { signal: AbortSignal.timeout(patienceMs) });
    return { isWell: response.status === 200, body: await response.text() };
  } catch {
    return null;
  }
}
