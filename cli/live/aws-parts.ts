import { decideTogether } from '../../agent/decide-together.ts';
import { openRehearsal } from '../../controller/live/rehearsal.ts';
import { openWatchdog } from '../../controller/live/watchdog.ts';
import { readDeployment } from '../../env/deployment/deployment.ts';
import { AccessTogether } from './access-together.ts';
import { openWorld } from './aws-world.ts';
import type { LiveParts } from './live-parts.ts';
import { paceHeap } from './pace-heap.ts';

/** The real parts of a run on AWS. `variables` are the process's. */
export function awsParts(variables: LiveParts['variables']): LiveParts {
  const together = new AccessTogether();
  return {
    variables,
    deployment: readDeployment,
    world: (options) => openWorld(options, undefined, together),
    rehearsal: openRehearsal,
    together: decideTogether,
    watchdog: openWatchdog,
    paceHeap,
    random: Math.random,
  };
}
