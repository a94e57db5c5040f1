import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { readDeployment } from '../../env/deployment/deployment.ts';
import { defaultPrices } from '../../env/prices.ts';
import { Random } from '../../env/random.ts';
import { type Inside, insideOf } from '../../env/twin/inside.ts';
import { type Door, openDoor } from './door.ts';
import { FileHolder } from './lease-holder.ts';
import { limitsText, loadOf, startedAt } from './setting.ts';
import { unkeptJournal } from './unkept-journal.ts';
import { Watch } from './watch.ts';

export interface ProcessRoundResult {
  readonly breaches: readonly string[];
  readonly kills: number;
  readonly minutes: number;
}

const program = fileURLToPath(new URL('../../cli/spillway.js', import.meta.url));
/** Of the twin's time, after which it was not killed often enough: it does not get on. */
const mostMinutes = 600;
/** In which the last process is let alone. */
const quietMinutes = 15;

/** The program itself, as it is built, killed with SIGKILL at calls by the seed, and started again on what it left. */
export async function runProcessRound(seed: number, kills: number, example: string): Promise<ProcessRoundResult> {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-kill-'));
  try {
    return await new ProcessRound(seed, kills, folder).run(example);
  } finally {
    await rm(folder, { recursive: true, maxRetries: 3 });
  }
}

class ProcessRound {
  readonly #random: Random;
  readonly #seed: number;
  readonly #folder: string;
  readonly #kills: number;
  #killed = 0;
  #child: ChildProcess | null = null;
  #callsLeft = 0;
  /** Each advance comes after a decision. */
  #decided = 0;
  #quietUntil = Infinity;

  constructor(seed: number, kills: number, folder: string) {
    this.#seed = seed;
    this.#random = Random.seeded(seed, 'processes');
    this.#kills = kills;
    this.#folder = folder;
  }

  async run(example: string): Promise<ProcessRoundResult> {
    const path = await this.#deploymentFile(example);
    const service = await readDeployment(path);
    const inside = insideOf({
      ...service,
      ...{ prices: defaultPrices, startedAt, seed: this.#seed, initialVms: [8] },
      workload: loadOf({ mean: 60, periodMinutes: 90, phase: 0 }, mostMinutes),
    });
    const { file } = service.deployment.lease;
    const watch = new Watch({
      ...{ inside, profile: service.profile, prices: defaultPrices },
      lease: new FileHolder(`${file}.${service.deployment.name}`, 'pid'),
    });
    const door = await this.#door(inside, watch);
    await this.#lives(path, door, watch);
    await door.shut();
    const minutes = inside.clock.seconds() / 60;
    const unkept = unkeptJournal({ folders: [this.#folder], kills: this.#killed, leastDecisions: this.#decided });
    return { breaches: [...watch.breaches, ...unkept], kills: this.#killed, minutes };
  }

  async #lives(path: string, door: Door, watch: Watch): Promise<void> {
    for (let before = ''; ; before = this.#journal()) {
      this.#callsLeft = this.#killed < this.#kills ? 5 + this.#random.below(250) : Infinity;
      const code = await this.#life(path, door);
      if (!this.#journal().startsWith(before)) watch.breach('what stood in the journal before was changed');
      if (code === null) continue;
      if (code !== 0) watch.breach(`the process ended by itself with ${code}`);
      return;
    }
  }

  /** Its exit code; null: it was killed. */
  #life(path: string, { url }: Door): Promise<number | null> {
    const child = spawn(
      process.execPath,
      [
        ...[program, 'run', '--env', 'aws', '--deployment', path, '--rehearsal', url, '--mode', 'live', '--quiet'],
        ...['--policy', 'mixed', '--fallback', 'percentile', '--limits', join(this.#folder, 'limits.yaml')],
        ...['--journal', join(this.#folder, 'journal.jsonl')],
      ],
      { stdio: 'ignore' },
    );
    this.#child = child;
    return new Promise((done, failed) => {
      child.once('error', failed);
      child.once('exit', (code) => done(code));
    });
  }

  #door(inside: Inside, watch: Watch): Promise<Door> {
    const caller = () => ({
      ...{ runId: `${this.#child!.pid}`, mode: 'live' as const },
      journal: join(this.#folder, 'journal.jsonl'),
    });
    return openDoor({
      inside,
      routerSocket: () => null,
      advance: (seconds) => this.#advance(seconds, inside),
      ear: {
        arrived: (call) => watch.arrived(caller(), call),
        performed: (call, output, fault) => watch.performed(caller(), call, output, fault),
      },
      fate: { lets: () => this.#lets(), answers: async () => true },
    });
  }

  /** The call at which it is killed comes in all the same: it was sent. */
  #lets(): boolean {
    if (--this.#callsLeft !== 0) return this.#callsLeft > 0;
    this.#killed++;
    this.#child!.kill('SIGKILL');
    return this.#random.uniform() < 0.5;
  }

  #advance(seconds: number, inside: Inside): void {
    inside.timeline.moveTo(inside.clock.nowMs() + 1000 * seconds);
    this.#decided++;
    const minute = inside.clock.seconds() / 60;
    if (this.#killed < this.#kills && minute < mostMinutes - quietMinutes) return;
    this.#quietUntil = Math.min(this.#quietUntil, minute + quietMinutes);
    if (minute >= this.#quietUntil) this.#child!.kill('SIGTERM');
  }

  #journal(): string {
    const path = join(this.#folder, 'journal.jsonl');
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  async #deploymentFile(example: string): Promise<string> {
    await mkdir(join(this.#folder, 'lease'));
    await writeFile(join(this.#folder, 'limits.yaml'), limitsText);
    const deployment = parse(readFileSync(example, 'utf8')) as Record<string, unknown>;
    const changed = {
      ...deployment,
      profile: resolve(example, '..', String(deployment.profile)),
      lease: { file: join(this.#folder, 'lease', 'lease'), seconds: 180 },
    };
    const path = join(this.#folder, 'deployment.yaml');
    await writeFile(path, stringify(changed));
    return path;
  }
}
