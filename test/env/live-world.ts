import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWorld } from '../../cli/live/aws-world.ts';
import { systemClock } from '../../controller/clock.ts';
import type { DeployedService } from '../../env/deployment/deployment.ts';
import { defaultPrices } from '../../env/prices.ts';
import type { Environment } from '../../env/types.ts';

/** AWS as the controller drives it live, at an address on this machine and by the time that is given. */
export async function openLive(service: DeployedService, address: string, now: () => Date) {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-'));
  const { environment } = openWorld(
    {
      ...{ service, address, prices: defaultPrices, mode: 'live', runId: 'contract', stateFolder: folder },
      clock: { ...systemClock, now },
      machine: systemClock,
      takesLease: false,
      allowsPolicies: true,
      random: () => 0.5,
      wrap: (writer) => writer,
      tell: () => {},
      say: () => {},
    },
    { callDeadlineMs: 5000, maxAttempts: 1 },
  );
  const end = () => rm(folder, { recursive: true });
  return { environment: environment as Environment, end };
}
