import type { OpenTwinRouter } from '../../env/twin/router/open-twin-router.ts';
import { openRuntimeServer, type RuntimeServer } from '../../env/twin/router/runtime-server.ts';
import type { Caller } from './caller.ts';
import type { Watch } from './watch.ts';

export interface RouterDoorParts {
  readonly caller: Caller;
  readonly router: OpenTwinRouter;
  readonly watch: Watch;
  /** Before a command is looked at: false, it never came. */
  readonly lets: () => boolean;
  readonly isDead: () => boolean;
}

/** One controller's own way to the twin's overflow router. */
export function openRouterDoor({ caller, router, watch, lets, isDead }: RouterDoorParts): Promise<RuntimeServer> {
  const answer = (line: string) => {
    if (!lets()) return null;
    // A line may hold several commands, and each is watched.
    const commands = line.split(';').map((command) => command.trim());
    for (const command of commands) watch.commanded(caller, command);
    const answered = router.answer(line);
    for (const command of commands) watch.routerTold(caller, command, answered !== null);
    return isDead() ? null : answered;
  };
  return openRuntimeServer({ answer, port: 0 });
}
