import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownReads } from '../../../env/aws/calls/bulk-reads.ts';
import { Calls } from '../../../env/aws/calls/call.ts';
import type { AwsClients } from '../../../env/aws/clients.ts';
import { AwsEnvironment } from '../../../env/aws/environment.ts';
import { type ActuationParts, actInShadow, actLive } from '../../../env/aws/levers/open-actuator.ts';
import { openRouter } from '../../../env/aws/router/open-router.ts';
import { LiveWriter } from '../../../env/aws/writing/live-writer.ts';
import type { Request } from '../../../env/aws/writing/request-of.ts';
import type { Writer } from '../../../env/aws/writing/writer.ts';
import { defaultPrices } from '../../../env/prices.ts';
import type { Twin, TwinOptions } from '../../../env/twin/twin.ts';
import type { Action, Observation } from '../../../env/types.ts';
import { clientsOf, openExample } from '../twin/open.ts';

/** All of env/aws on a stepped twin of an example, as a controller puts it together. */
export async function actOn(
  name: Parameters<typeof openExample>[0],
  mode: Writer['mode'],
  options: Partial<TwinOptions> = {},
  clients: ((twin: Twin) => AwsClients) | null = null,
) {
  const twin = await openExample(name, options);
  const { profile, deployment } = twin;
  const folder = await mkdtemp(join(tmpdir(), 'spillway-acting-'));
  const sdk = (clients ?? clientsOf)(twin);
  const calls = new Calls(10_000);
  const told: Request[] = [];
  const open = () => controllerOn({ twin, sdk, calls, folder, mode, told });
  const { actuator, environment } = open();
  const others: AwsEnvironment[] = [];
  const end = async () => {
    for (const one of [environment, ...others]) await one.close();
    await twin.close();
    await rm(folder, { recursive: true });
  };
  /** The same after a restart of the controller. */
  const reopened = () => {
    const again = open().environment;
    others.push(again);
    return { twin, environment: again };
  };
  return { twin, profile, deployment, clients: sdk, actuator, environment, told, reopened, end };
}

interface On {
  readonly twin: Awaited<ReturnType<typeof openExample>>;
  readonly sdk: AwsClients;
  readonly calls: Calls;
  readonly folder: string;
  readonly mode: Writer['mode'];
  readonly told: Request[];
}

function controllerOn({ twin, sdk, calls, folder, mode, told }: On) {
  const { profile, deployment } = twin;
  const now = () => new Date(twin.nowMs());
  const opened = openRouter({
    profile,
    deployment,
    reads: ownReads(sdk, calls),
    rehearsal: twin.url,
    monotonicMs: () => twin.nowMs(),
  });
  const parts: ActuationParts = {
    ...{ profile, deployment, clients: sdk, calls, folder, random: () => 0.5 },
    nowMs: () => twin.nowMs(),
    routerMutation: opened?.mutationFor ?? null,
  };
  const lease = { check: async () => true };
  const writer = new LiveWriter({ clients: sdk, lease, sendToRouter: opened?.send ?? null, deadlineMs: 10_000 });
  const { actuator, viewer } =
    mode === 'live' ? actLive(parts, writer) : actInShadow(parts, (request) => told.push(request));
  const environment = new AwsEnvironment({
    ...{ profile, deployment, prices: defaultPrices, clients: sdk, actuator, viewer, now, machineNow: now },
    ...{ router: opened?.router ?? null, callDeadlineMs: 10_000 },
  });
  return { actuator, environment };
}

export type Acting = Awaited<ReturnType<typeof actOn>>;

/** So many minutes, in each of which the action follows from what was seen. */
export async function drive(
  { twin, environment }: Pick<Acting, 'twin' | 'environment'>,
  minutes: number,
  decide: (observation: Observation, minute: number) => Action,
): Promise<Observation[]> {
  const seen: Observation[] = [];
  for (let minute = 0; minute < minutes; minute++) {
    const observation = await environment.observe();
    seen.push(observation);
    await environment.step(decide(observation, minute)).catch(() => null);
    twin.advance(60);
  }
  return seen;
}

/** What changed anything at the twin, by the names of the operations. */
export function changes({ twin }: Acting): string[] {
  return twin.requests.filter(({ isMutating }) => isMutating).map(({ operation }) => operation);
}
