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

const callDeadlineMs = 5000;

export interface Around {
  readonly offsetMs: () => number;
  readonly called: () => Blow | null;
}

/** One controller from its start to its end. */
export class Life implements Caller {
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
      // Whatever is done to its clock: a machine's monotonic clock does not jump either.
      world: (options, open) => this.#mortal(open({ ...options, passedMs: () => clock.monotonicMs() })),
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
