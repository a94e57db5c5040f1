import type { ServiceProfile } from '../../types.ts';
import type { FaultSchedule } from '../faults/schedule.ts';
import type { RoutedWorld } from '../parts.ts';
import { openRuntimeServer, type RuntimeServer } from './runtime-server.ts';
import { SinceRestart } from './since-restart.ts';
import { TwinRouter } from './twin-router.ts';

export interface TwinRouterOptions {
  readonly profile: ServiceProfile;
  readonly deployment: string;
  readonly world: RoutedWorld;
  readonly isServing: (instance: string) => boolean;
  readonly faults: FaultSchedule;
  /** Lets the twin's time come up to what it should be, before a command is answered. */
  readonly catchUp: () => void;
}

export interface OpenTwinRouter extends RuntimeServer {
  /** To the commands of a line; null: the connection is reset. */
  answer(line: string): readonly string[] | null;
  /** Lets happen what is due by now. */
  settle(): void;
}

/** On a port of the loopback that is free. Null: the profile's router is `weights`. */
export async function openTwinRouter(options: TwinRouterOptions): Promise<OpenTwinRouter | null> {
  const { catchUp, faults, ...parts } = options;
  if (parts.profile.router !== 'overflow') return null;
  let pid = 1;
  let router = new TwinRouter(parts);
  const settle = () => {
    for (const _ of faults.due('router-restart')) {
      pid++;
      router = new TwinRouter({ ...parts, pid, world: new SinceRestart(parts.world) });
    }
  };
  const answer = (line: string) => {
    catchUp();
    settle();
    return faults.active('router-down', null) === null ? router.answer(line) : null;
  };
  return { ...(await openRuntimeServer({ answer, port: 0 })), answer, settle };
}
