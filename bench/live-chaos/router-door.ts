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
    watch.commanded(caller, line);
    const answered = router.answer(line);
    watch.routerTold(caller, line, answered !== null);
    return isDead() ? null : answered;
  };
  return openRuntimeServer({ answer, port: 0 });
}
