import type { Deployment } from '../../deployment/deployment.ts';
import type { ServiceProfile } from '../../types.ts';
import type { BulkReads } from '../calls/bulk-reads.ts';
import type { RouterMutationFor } from '../levers/router-lever.ts';
import type { RouterInput } from '../writing/request-of.ts';
import { HaproxyRouter, type HaproxyRouterOptions } from './haproxy-router.ts';
import { type AddressOf, addressByName, madeUpAddress } from './instance-address.ts';
import { RecentAnswers } from './recent-answers.ts';
import { routerMutation } from './router-mutation.ts';
import { RuntimeSocket } from './runtime-socket.ts';
import { sendCommands } from './send-commands.ts';
import { servingInstances } from './serving-instances.ts';
import { settingsInForce } from './settings-map.ts';
import { twinSocket } from './twin-socket.ts';

export interface RouterParts {
  readonly profile: ServiceProfile;
  /** With a router. */
  readonly deployment: Deployment;
  readonly reads: Pick<BulkReads, 'groups'>;
  /** Of the twin, whose router is spoken to then; null: HAProxy at the deployment's socket. */
  readonly rehearsal: string | null;
  readonly monotonicMs: HaproxyRouterOptions['monotonicMs'];
  readonly every?: NonNullable<HaproxyRouterOptions['every']>;
  /** Absent: by the instances' names, in a rehearsal made up. */
  readonly addressOf?: AddressOf;
}

/** The overflow router for the environment, the actuator and the live writer; no connection is opened yet. */
export interface OpenedRouter {
  readonly router: HaproxyRouter;
  readonly mutationFor: RouterMutationFor;
  readonly send: (input: RouterInput, options: { readonly abortSignal: AbortSignal }) => Promise<unknown>;
}

/** Null: the profile's router is `weights`. */
export function openRouter(parts: RouterParts): OpenedRouter | null {
  const { profile, deployment, reads, rehearsal } = parts;
  if (profile.router !== 'overflow' || deployment.router === null) return null;
  const { socket: path, instancePort } = deployment.router;
  const socket = new RuntimeSocket(rehearsal === null ? path : twinSocket(rehearsal));
  const recent = new RecentAnswers(socket, parts.monotonicMs);
  const usual = rehearsal === null ? addressByName(deployment.region, instancePort) : madeUpAddress(instancePort);
  const { addressOf = usual } = parts;
  const groups = deployment.pools.map(({ autoScalingGroup }) => autoScalingGroup);
  return {
    router: new HaproxyRouter({
      ...parts,
      socket: { askAll: (commands) => recent.observing(commands), close: () => socket.close() },
      settings: () => settingsInForce(recent, deployment.name),
    }),
    mutationFor: async (action, tell) => {
      const instances = await servingInstances(reads, groups);
      const lost: string[] = [];
      const finding: AddressOf = async (id) => {
        const found = await addressOf(id);
        if (found === null) lost.push(id);
        return found;
      };
      const mutation = await routerMutation(
        { profile, deployment, socket: recent, addressOf: finding },
        { action, instances },
      );
      if (lost.length > 0) tell?.(withoutAddress(lost));
      return mutation;
    },
    send: (input, options) => {
      recent.forget();
      return sendCommands(socket, input, options);
    },
  };
}

function withoutAddress(instances: readonly string[]): string {
  const [shown, more] = [instances.slice(0, 3), instances.length - 3];
  const which = [...shown, ...(more > 0 ? [`${more} more`] : [])].join(', ');
  return `nobody knows the address of ${which}: no request goes there (do the subnets answer for resource names?)`;
}
