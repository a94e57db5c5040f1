import type { Groups } from './autoscaling/groups.ts';
import { type Call, CallLog } from './call-log.ts';
import type { Fault } from './faults/fault.ts';
import { type Inside, insideOf } from './inside.ts';
import type { TwinOptions } from './options.ts';
import { openTwinRouter } from './router/open-twin-router.ts';
import { openServer, type ServerParts } from './server.ts';
import { StaleAnswers } from './stale-answers.ts';
import type { World } from './world/world.ts';

export type { TwinOptions } from './options.ts';

export interface Twin {
  readonly url: string;
  /** Where its overflow router is spoken to, as 127.0.0.1:PORT; null: the profile's router is `weights`. */
  readonly routerSocket: string | null;
  readonly world: World;
  readonly groups: Groups;
  nowMs(): number;
  /** Seconds of the twin's time pass, and with them what happens in them. */
  advance(seconds: number): void;
  inject(fault: Fault): void;
  /** The newest calls, oldest first, in bounded number. */
  readonly requests: readonly Call[];
  close(): Promise<void>;
}

/** An account of AWS on the loopback with one deployment in it, under the load of a workload. Same options and same calls, same bytes. */
export async function openTwin(options: TwinOptions): Promise<Twin> {
  const { profile, deployment } = options;
  const inside = insideOf(options);
  const { clock, faults, groups, world, timeline } = inside;
  const calls = new CallLog();
  const catchUp = () => timeline.moveTo(clock.dueMs());
  const isServing = (id: string) => groups.serves(id);
  const router = await openTwinRouter({ profile, world, faults, deployment: deployment.name, isServing, catchUp });
  timeline.beforeSteps(() => router?.settle());
  const routerSocket = router?.socket ?? null;
  const controls = controlsOf(inside, routerSocket);
  const server = await openServer(serverParts(options, inside, { calls, catchUp, controls })).catch(async (error) => {
    await router?.close();
    throw error;
  });
  return {
    ...{ url: server.url, routerSocket, world, groups },
    nowMs: controls.nowMs,
    advance: controls.advance,
    inject: (fault) => faults.add(fault),
    get requests() {
      return calls.all;
    },
    async close() {
      await Promise.all([server.close(), router?.close()]);
    },
  };
}

function controlsOf({ clock, faults, timeline }: Inside, routerSocket: string | null): ServerParts['controls'] {
  return {
    nowMs: () => clock.nowMs(),
    speed: () => clock.speed,
    seconds: () => clock.seconds(),
    advance: (seconds) => timeline.moveTo(clock.skipMs(Math.round(1000 * seconds))),
    inject: (fault) => faults.add(fault),
    routerSocket: () => routerSocket,
  };
}

function serverParts(
  { port = 0, wallMs }: TwinOptions,
  { clock, faults, services }: Inside,
  parts: Pick<ServerParts, 'calls' | 'catchUp' | 'controls'>,
): ServerParts {
  const date = () => dateOf(faults.active('clock-skew', null), wallMs?.() ?? null, clock.nowMs());
  return { ...parts, services, clock, faults, port, date, stale: new StaleAnswers() };
}

/** A simulated Date would bend the clock by which clients sign. */
function dateOf(skew: Fault | null, wallMs: number | null, nowMs: number): Date | null {
  if (skew === null) return wallMs === null ? null : new Date(wallMs);
  return new Date((wallMs ?? nowMs) + 1000 * skew.strength);
}
