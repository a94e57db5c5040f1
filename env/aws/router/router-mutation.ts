import type { Deployment } from '../../deployment/deployment.ts';
import { poolBackEnd } from '../../deployment/router-layout.ts';
import type { ServiceProfile } from '../../types.ts';
import type { RouterMutation } from '../writing/mutation.ts';
import { mapEntriesOf, mapFilesOf, type ServerState, serverStatesOf } from './answers.ts';
import { fleetCommands, type Present } from './fleet-commands.ts';
import type { AddressOf } from './instance-address.ts';
import type { RuntimeSocket } from './runtime-socket.ts';
import { settingsMapIn } from './settings-map.ts';
import { type StatisticsRow, statisticsOf } from './statistics.ts';
import { type RouterSetting, settingsOf, thresholdCommands } from './thresholds.ts';

export interface RouterWish {
  readonly action: RouterSetting;
  /** [pool] Instances that should serve; null: not known, so the pool's servers stay. */
  readonly instances: readonly (readonly string[] | null)[];
}

export interface RouterTarget {
  readonly profile: ServiceProfile;
  readonly deployment: Pick<Deployment, 'name' | 'router'>;
  readonly socket: Pick<RuntimeSocket, 'ask' | 'askAll'>;
  /** Asked for instances that are no servers yet. */
  readonly addressOf: AddressOf;
}

/**
 * What has to be said to the router for the wish, from what it says of itself; null: it is as wished. Reads only. Throws what the socket
 * throws, and an error with the name `NoSuchMap` for an HAProxy whose configuration is not this deployment's.
 */
export async function routerMutation(
  target: RouterTarget,
  { action, instances }: RouterWish,
): Promise<RouterMutation | null> {
  const { profile, deployment, socket } = target;
  const [maps, states, statistics] = await socket.askAll(['show map', 'show servers state', 'show stat']);
  const map = settingsMapIn(mapFilesOf(maps!), deployment.name);
  const inForce = mapEntriesOf(await socket.ask(`show map ${map}`));
  const thresholds = thresholdCommands(map, settingsOf(action, profile), inForce);
  const servers = await serverCommands(target, instances, serverStatesOf(states!), readOnce(statistics!));
  const commands = [...thresholds, ...servers];
  return commands.length === 0 ? null : { kind: 'set-router', socket: deployment.router!.socket, commands };
}

async function serverCommands(
  target: RouterTarget,
  instances: RouterWish['instances'],
  states: readonly ServerState[],
  statistics: () => readonly StatisticsRow[],
): Promise<string[]> {
  const perPool = target.profile.pools.map(async ({ name, slots }, pool) => {
    const ids = instances[pool] ?? null;
    if (ids === null) return [];
    const backEnd = poolBackEnd(name);
    const present = presentIn(backEnd, states, statistics);
    const known = new Set(present.map((one) => one.name));
    const wanted = ids.map(async (id) => ({ id, address: known.has(id) ? null : await target.addressOf(id) }));
    return fleetCommands({ backEnd, slots, present, wanted: await Promise.all(wanted) });
  });
  return (await Promise.all(perPool)).flat();
}

function presentIn(
  backEnd: string,
  states: readonly ServerState[],
  statistics: () => readonly StatisticsRow[],
): Present[] {
  const own = states.filter((state) => state.backEnd === backEnd);
  return own.map((state) => ({
    ...state,
    get sessions() {
      const row = statistics().find(({ proxy, server }) => proxy === backEnd && server === state.name);
      // A server of which nothing is told may have work on it.
      return row === undefined ? 1 : (row.sessions ?? 1) + (row.queued ?? 0);
    },
  }));
}

/** The statistics are long: they are read only where a server has to go, and once. */
function readOnce(statistics: string): () => readonly StatisticsRow[] {
  let rows: readonly StatisticsRow[] | null = null;
  return () => {
    rows ??= statisticsOf(statistics);
    return rows;
  };
}
