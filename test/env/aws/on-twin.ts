import { SetDesiredCapacityCommand } from '@aws-sdk/client-auto-scaling';
import type { AwsClients } from '../../../env/aws/clients.ts';
import { AwsEnvironment, type AwsEnvironmentParts } from '../../../env/aws/environment.ts';
import { trueFleet } from '../../../env/aws/fleet/fleet-view.ts';
import type { Actuates } from '../../../env/aws/levers/actuation.ts';
import { defaultPrices } from '../../../env/prices.ts';
import type { Twin, TwinOptions } from '../../../env/twin/twin.ts';
import type { Action, Observation, Outcome } from '../../../env/types.ts';
import { clientsOf, openExample } from '../twin/open.ts';

/** The simplest that could change anything: it sets the desired capacities, and remembers that it did. */
export class PlainActuator implements Actuates {
  readonly #clients: AwsClients;
  readonly #groups: readonly string[];
  readonly written: (number | null)[];

  constructor(clients: AwsClients, groups: readonly string[]) {
    this.#clients = clients;
    this.#groups = groups;
    this.written = groups.map(() => null);
  }

  async apply(action: Action, fleet: Parameters<Actuates['apply']>[1]) {
    for (const [pool, group] of this.#groups.entries()) {
      const desired = action.vmCounts[pool]!;
      const view = fleet.pools[pool]!;
      if (view.desired === desired || view.hindrances.some(({ forbids }) => forbids === 'change')) continue;
      const command = new SetDesiredCapacityCommand({ AutoScalingGroupName: group, DesiredCapacity: desired });
      const isDone = await this.#clients.autoScaling.send(command).then(
        () => true,
        () => false,
      );
      if (isDone) this.written[pool] = desired;
    }
    return { inForce: action, hindrances: this.#groups.map(() => []), said: [], isUnknown: false };
  }
}

/** An environment on a stepped twin of an example. */
export async function liveOn(
  name: Parameters<typeof openExample>[0],
  options: Partial<TwinOptions> = {},
  parts: Partial<AwsEnvironmentParts> = {},
) {
  const twin = await openExample(name, options);
  const clients = clientsOf(twin);
  const { profile, deployment } = twin;
  const groups = deployment.pools.map(({ autoScalingGroup }) => autoScalingGroup);
  const actuator = new PlainActuator(clients, groups);
  const now = () => new Date(twin.nowMs());
  const environment = new AwsEnvironment({
    ...{ profile, deployment, prices: defaultPrices, clients, actuator, viewer: trueFleet, router: null },
    ...{ now, machineNow: now, callDeadlineMs: 4000 },
    ...parts,
  });
  const end = async () => {
    await environment.close();
    await twin.close();
  };
  return { twin, profile, deployment, clients, actuator, environment, end };
}

/** So many decision intervals with one action; what was seen and told, null where nothing was known. */
export async function play(
  { twin, environment }: { readonly twin: Twin; readonly environment: AwsEnvironment },
  action: Action,
  intervals: number,
): Promise<readonly { readonly seen: Observation; readonly told: Outcome | null }[]> {
  const played = [];
  for (let interval = 0; interval < intervals; interval++) {
    const seen = await environment.observe();
    const told = await environment.step(action).catch(() => null);
    played.push({ seen, told });
    twin.advance(60);
  }
  return played;
}
