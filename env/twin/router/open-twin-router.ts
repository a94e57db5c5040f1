import type { ServiceProfile } from '../../types.ts';
import type { RoutedWorld } from '../parts.ts';
import { openRuntimeServer, type RuntimeServer } from './runtime-server.ts';
import { TwinRouter } from './twin-router.ts';

export interface TwinRouterOptions {
  readonly profile: ServiceProfile;
  readonly deployment: string;
  readonly world: RoutedWorld;
  readonly isServing: (instance: string) => boolean;
  /** Lets the twin's time come up to what it should be, before a command is answered. */
  readonly catchUp: () => void;
}

/** On a port of the loopback that is free. Null: the profile's router is `weights`. */
export async function openTwinRouter({ catchUp, ...parts }: TwinRouterOptions): Promise<RuntimeServer | null> {
  if (parts.profile.router !== 'overflow') return null;
  const router = new TwinRouter(parts);
  const answer = (line: string) => {
    catchUp();
    return router.answer(line);
  };
  return openRuntimeServer({ answer, port: 0 });
}
