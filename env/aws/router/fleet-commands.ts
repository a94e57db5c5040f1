import { isInstance } from '../../deployment/router-layout.ts';
import type { Address } from './addresses.ts';
import type { ServerState } from './answers.ts';
import { checks } from './back-ends.ts';

/** An instance that should serve, and where; null: nobody knows where, so it stays if it is there, and is not added. */
export interface Serving {
  readonly id: string;
  readonly address: Address | null;
}

/** A server of the back end, and the requests that are on it or wait for it. */
export type Present = Pick<ServerState, 'name' | 'isDraining' | 'isInMaintenance'> & { readonly sessions: number };

export interface PoolOfServers {
  readonly backEnd: string;
  readonly slots: number;
  readonly present: readonly Present[];
  readonly wanted: readonly Serving[];
}

/**
 * What brings the servers of a back end to the instances that should serve, one step nearer: new ones are added, those to go are drained,
 * and taken out at a later decision, once nothing is on them. Servers that are no instances stay as they are.
 */
export function fleetCommands({ backEnd, slots, present, wanted }: PoolOfServers): string[] {
  const known = new Set(present.map(({ name }) => name));
  const additions = wanted.filter(({ id }) => !known.has(id)).flatMap((one) => addition(backEnd, one, slots));
  const wishes = new Set(wanted.map(({ id }) => id));
  const others = present
    .filter(({ name }) => isInstance(name))
    .flatMap((server) => (wishes.has(server.name) ? staying(backEnd, server) : leaving(backEnd, server)));
  return [...additions, ...others];
}

/** A dynamic server starts in maintenance, and without its checks. */
function addition(backEnd: string, { id, address }: Serving, slots: number): string[] {
  if (address === null) return [];
  const { host, port } = address;
  const server = `${backEnd}/${id}`;
  const shown = host.includes(':') ? `[${host}]` : host;
  return [
    `add server ${server} ${shown}:${port} maxconn ${slots} ${checks}`,
    `enable health ${server}`,
    `set server ${server} state ready`,
  ];
}

function staying(backEnd: string, { name, isDraining, isInMaintenance }: Present): string[] {
  return isDraining || isInMaintenance
    ? [`enable health ${backEnd}/${name}`, `set server ${backEnd}/${name} state ready`]
    : [];
}

function leaving(backEnd: string, { name, isDraining, isInMaintenance, sessions }: Present): string[] {
  const server = `${backEnd}/${name}`;
  if (!isDraining && !isInMaintenance) return [`set server ${server} state drain`];
  return sessions > 0 ? [] : [`set server ${server} state maint`, `del server ${server}`];
}
