import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { exitCodeOf } from '../../cli/exit.ts';
import type { World } from '../../cli/live/live-parts.ts';
import { type Clock, systemClock } from '../../controller/clock.ts';
import type { DeployedService } from '../../env/deployment/deployment.ts';
import type { Inside } from '../../env/twin/inside.ts';
import type { OpenTwinRouter } from '../../env/twin/router/open-twin-router.ts';
import type { RuntimeServer } from '../../env/twin/router/runtime-server.ts';
import type { Policy } from '../../env/types.ts';
import { rehearsedProgram } from '../rehearsed-program.ts';
import type { Caller } from './caller.ts';
import { type Door, openDoor } from './door.ts';
import { openRouterDoor } from './router-door.ts';
import type { Blow, ChaosScript } from './script.ts';
import type { Watch } from './watch.ts';

export interface SeatParts {
  readonly index: number;
  readonly inside: Inside;
  /** Null: the service has none. */
  readonly router: OpenTwinRouter | null;
  readonly watch: Watch;
  readonly service: DeployedService;
  readonly policy: () => Policy;
  readonly mode: ChaosScript['mode'];
  /** Of the limits. */
  readonly limits: string;
  /** For what this seat's controllers leave behind. */
  readonly folder: string;
  /** In [0, 1), for what is to differ from run to run. */
  readonly random: () => number;
}

/** The journal as a life found it, beside the one that it wrote on. */
export const inheritedJournal = 'journal.inherited';

/** No process has it: above the highest that Linux gives. */
const deadPid = 2 ** 22 + 1;
const callDeadlineMs = 5000;

/** A place for a controller: one life after the other, each with what the last one left on the disk, and nothing else. */
export class Seat {
  readonly #parts: SeatParts;
  /** What is to happen within this minute. */
  #blows: Blow[] = [];
  #calls = 0;
  #life: Life | null = null;
  #lives = 0;
  #kills = 0;
  #offsetMs = 0;
  /** Minute from which on it may run. */
  #downUntil = 0;
  #pausedUntil: number | null = null;
  #jumpedUntil: number | null = null;
  #minute = 0;
  #wholeMinutes = 0;
  #jumps = 0;

  constructor(parts: SeatParts) {
    this.#parts = parts;
  }

  get lives(): number {
    return this.#lives;
  }

  get kills(): number {
    return this.#kills;
  }

  /** So many decisions must be journaled at least, made or missed: one for each minute that was its own, but for those around a clock that jumps and jumps back. */
  get leastDecisions(): number {
    return this.#wholeMinutes - 4 * this.#jumps;
  }

  /** Folders of its lives, the first one first; the last one's journal has the lines of all of them. */
  get folders(): readonly string[] {
    return Array.from({ length: this.#lives }, (_, index) => this.#folder(index + 1));
  }

  /** Lets the controller have its minute; resolves when it waits for the next one, is paused, or is not there. */
  async minute(minute: number, blows: readonly Blow[]): Promise<void> {
    this.#minute = minute;
    this.#blows = [...blows];
    this.#calls = 0;
    if (this.#jumpedUntil !== null && minute >= this.#jumpedUntil) this.#offsetMs = 0;
    if (this.#life === null && minute >= this.#downUntil) await this.#begin();
    if (this.#pausedUntil !== null && minute >= this.#pausedUntil) {
      this.#pausedUntil = null;
      this.#life?.wake();
    }
    if (this.#life !== null && this.#pausedUntil === null) {
      await this.#life.go();
      if (this.#isRunning) this.#wholeMinutes++;
      // What was to come at a later call comes now.
      for (const blow of this.#blows.splice(0)) await this.#strike(blow);
    }
    if (this.#life?.hasEnded) this.#bury();
  }

  /** As if told to by SIGTERM. */
  async end(): Promise<void> {
    this.#life?.wake();
    await this.#life?.stop();
    if (this.#life !== null) this.#bury();
  }

  get #isRunning(): boolean {
    return this.#life !== null && !this.#life.isDead && !this.#life.hasEnded && this.#pausedUntil === null;
  }

  async #begin(): Promise<void> {
    const { index } = this.#parts;
    this.#lives++;
    const folder = this.#folder(this.#lives);
    await mkdir(folder, { recursive: true });
    const life = new Life(`c${index}-${this.#lives}`, folder, this.#parts, {
      offsetMs: () => this.#offsetMs,
      called: () => this.#called(),
    });
    this.#life = life;
    await life.begin();
  }

  /** At each call; what comes of it comes before its answer, but for a kill afterwards. */
  #called(): Blow | null {
    this.#calls++;
    const index = this.#blows.findIndex(({ call }) => call <= this.#calls);
    if (index < 0) return null;
    const [blow] = this.#blows.splice(index, 1);
    void this.#strike(blow!);
    return blow!;
  }

  async #strike({ kind, moment, minutes, seconds }: Blow): Promise<void> {
    const life = this.#life;
    if (life === null) return;
    if (kind === 'jump') {
      this.#jumps++;
      this.#offsetMs = 1000 * seconds;
      this.#jumpedUntil = this.#minute + minutes;
    } else if (kind === 'pause') {
      this.#pausedUntil = this.#minute + minutes;
      life.pause();
    } else if (moment === 'later') life.killLater(() => this.#kill(minutes));
    else this.#kill(minutes);
  }

  #kill(minutes: number): void {
    const life = this.#life;
    if (life === null || life.isDead || life.hasEnded) return;
    this.#kills++;
    this.#downUntil = this.#minute + minutes;
    // What the disk has at this moment is all that the next one gets: what this one still writes comes into a folder that nobody reads.
    this.#leave();
    const { file } = this.#parts.service.deployment.lease;
    if (file !== null) leaveLease(`${file}.${this.#parts.service.deployment.name}`, life.runId);
    life.kill();
  }

  #bury(): void {
    const { ended, isDead, wasTold, said } = this.#life!;
    if (!isDead && !wasTold && ended !== 2) {
      this.#parts.watch.breach(`${this.#life!.runId} ended by itself with ${ended}: ${said}`);
    }
    if (!isDead) this.#leave();
    this.#downUntil = Math.max(this.#downUntil, this.#minute + 1);
    this.#life = null;
  }

  #leave(): void {
    const next = this.#folder(this.#lives + 1);
    cpSync(this.#folder(this.#lives), next, { recursive: true });
    if (existsSync(join(next, 'journal.jsonl'))) cpSync(join(next, 'journal.jsonl'), join(next, inheritedJournal));
  }

  #folder(life: number): string {
    return join(this.#parts.folder, `${life}`);
  }
}

/** What the kernel does when a process is gone: nobody has its pid any more. */
function leaveLease(path: string, runId: string): void {
  const folder = join(path, '..');
  for (const name of readdirSync(folder)) {
    const text = readFileSync(join(folder, name), 'utf8');
    if (!text.includes(`"run":"${runId}"`)) continue;
    writeFileSync(join(folder, name), text.replace(/"pid":\d+/, `"pid":${deadPid}`));
  }
}

interface Around {
  readonly offsetMs: () => number;
  readonly called: () => Blow | null;
}

/** One controller from its start to its end. */
class Life implements Caller {
  readonly runId: string;
  readonly mode: Caller['mode'];
  readonly journal: string;
  isDead = false;
  wasTold = false;
  /** Its exit code; null: it runs. */
  ended: number | null = null;
  said = '';
  readonly #parts: SeatParts;
  readonly #around: Around;
  readonly #stop = new AbortController();
  #door: Door | null = null;
  #routerDoor: RuntimeServer | null = null;
  #running: Promise<void> = Promise.resolve();
  /** Answers wait for it while the process is paused. */
  #paused: { readonly promise: Promise<void>; readonly resolve: () => void } | null = null;
  #rested = deferred();
  #next = deferred();

  constructor(runId: string, folder: string, parts: SeatParts, around: Around) {
    this.runId = runId;
    this.mode = parts.mode;
    this.journal = join(folder, 'journal.jsonl');
    this.#parts = parts;
    this.#around = around;
  }

  get hasEnded(): boolean {
    return this.ended !== null;
  }

  async begin(): Promise<void> {
    const { inside, router, watch } = this.#parts;
    const isDead = () => this.isDead;
    let blow: Blow | null = null;
    // What arrives while the process is paused was under way when it was, and is lost.
    const lets = () => {
      if (this.isDead || this.#paused !== null) return false;
      blow = this.#around.called();
      return !(this.isDead && blow?.moment === 'before');
    };
    this.#routerDoor = router && (await openRouterDoor({ caller: this, router, watch, lets, isDead }));
    this.#door = await openDoor({
      ...{ inside, routerSocket: () => this.#routerDoor?.socket ?? null, advance: null },
      ear: {
        arrived: (call) => watch.arrived(this, call),
        performed: (call, output, fault) => watch.performed(this, call, output, fault),
      },
      fate: {
        lets,
        answers: async () => {
          await this.#paused?.promise;
          return !this.isDead;
        },
      },
    });
    this.#running = this.#run();
  }

  /** Lets it go on, until it waits for the next minute, is paused or ends. */
  async go(): Promise<void> {
    if (this.hasEnded) return;
    this.#rested = deferred();
    this.#next.resolve();
    this.#next = deferred();
    await this.#rested.promise;
  }

  pause(): void {
    this.#paused = deferred();
    this.#rested.resolve();
  }

  wake(): void {
    this.#paused?.resolve();
    this.#paused = null;
  }

  /** Within the next milliseconds, wherever it is then. */
  killLater(kill: () => void): void {
    setTimeout(kill, 4 * this.#parts.random());
  }

  /** It sees nothing of the world any more, and nobody sees anything of it; what is left of it in memory ends. */
  kill(): void {
    this.isDead = true;
    this.wake();
    this.#next.resolve();
    this.#stop.abort();
  }

  async stop(): Promise<void> {
    this.wasTold = true;
    this.#stop.abort();
    this.#next.resolve();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { mode, limits } = this.#parts;
    const options = [
      ...['run', '--env', 'aws', '--deployment', 'chaos.yaml', '--rehearsal', this.#door!.url, '--mode', mode],
      ...['--policy', 'own', '--fallback', 'percentile', '--limits', limits, '--journal', this.journal, '--quiet'],
    ];
    this.ended = await exitCodeOf(this.#program(), options, (text) => {
      this.said += text;
    });
    await Promise.all([this.#door!.shut(), this.#routerDoor?.close()]);
    this.#rested.resolve();
  }

  #program() {
    const { service, policy } = this.#parts;
    const clock = this.#clock();
    return rehearsedProgram({
      ...{ service, policy: policy(), clock, runId: this.runId, callDeadlineMs },
      write: () => {},
      stop: () => this.#stop.signal,
      rehearsal: async () => ({ clock, advance: () => this.#advance() }),
      world: (options, open) => this.#mortal(open(options)),
    });
  }

  #clock(): Clock {
    const { inside } = this.#parts;
    return {
      now: () => new Date(inside.clock.nowMs() + this.#around.offsetMs()),
      monotonicMs: () => inside.clock.nowMs(),
      after: systemClock.after,
    };
  }

  async #advance(): Promise<void> {
    const next = this.#next.promise;
    this.#rested.resolve();
    await next;
  }

  /** The dead do not give their lease back. */
  #mortal(world: World): World {
    const { lease } = world;
    if (lease === null) return world;
    const gone = { isHeld: false, holder: null, said: 'dead' } as const;
    return {
      ...world,
      lease: {
        renew: async () => (this.isDead ? gone : lease.renew()),
        check: async () => !this.isDead && lease.check(),
        release: async () => (this.isDead ? undefined : lease.release()),
      },
    };
  }
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
