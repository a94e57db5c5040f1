import type { Deployment } from '../../deployment/deployment.ts';
import { poolBackEnd, settingsFile } from '../../deployment/router-layout.ts';
import type { ServiceProfile } from '../../types.ts';
import type { Mutation } from '../mutation.ts';
import { mapEntriesOf, mapFilesOf, serverStatesOf } from './answers.ts';
import { fleetCommands, type Serving } from './fleet-commands.ts';
import type { RuntimeSocket } from './runtime-socket.ts';
import { statisticsOf } from './statistics.ts';
import { type RouterSetting, settingsOf, thresholdCommands } from './thresholds.ts';

export interface RouterWish {
  readonly action: RouterSetting;
  /** [pool] Instances that should serve; null: not known, so the pool's servers stay. */
  readonly instances: readonly (readonly Serving[] | null)[];
}

export interface RouterTarget {
  readonly profile: ServiceProfile;
  readonly deployment: Pick<Deployment, 'name' | 'router'>;
  readonly socket: RuntimeSocket;
}

/**
 * What has to be said to the router for the wish, from what it says of itself; null: it is as wished. Reads only. Throws what the socket
 * throws, and an error with the name `NoSuchMap` for an HAProxy whose configuration is not this deployment's.
 */
export async function routerMutation(
  target: RouterTarget,
  { action, instances }: RouterWish,
): Promise<Mutation | null> {
  const { profile, deployment, socket } = target;
  const map = await settingsMapOf(socket, deployment.name);
  const inForce = mapEntriesOf(await socket.ask(`show map ${map}`));
  const thresholds = thresholdCommands(map, settingsOf(action, profile), inForce);
  const commands = [...thresholds, ...(await serverCommands(target, instances))];
  return commands.length === 0 ? null : { kind: 'set-router', socket: deployment.router!.socket, commands };
}

async function settingsMapOf(socket: RuntimeSocket, deployment: string): Promise<string> {
  const name = settingsFile(deployment);
  const files = mapFilesOf(await socket.ask('show map'));
  const found = files.find((file) => file === name || file.endsWith(`/${name}`));
  if (found !== undefined) return found;
  const said = `the router has no map ${name}: its configuration is not the one that spillway router writes for ${deployment}`;
  throw Object.assign(new Error(said), { name: 'NoSuchMap' });
}

async function serverCommands(
  { profile, socket }: RouterTarget,
  instances: RouterWish['instances'],
): Promise<string[]> {
  if (instances.every((one) => one === null)) return [];
  const states = serverStatesOf(await socket.ask('show servers state'));
  const rows = statisticsOf(await socket.ask('show stat'));
  return profile.pools.flatMap(({ name, slots }, pool) => {
    const wanted = instances[pool] ?? null;
    if (wanted === null) return [];
    const backEnd = poolBackEnd(name);
    const present = states
      .filter((state) => state.backEnd === backEnd)
      .map((state) => {
        const row = rows.find(({ proxy, server }) => proxy === backEnd && server === state.name);
        // A server of which nothing is told may have work on it.
        return { ...state, sessions: row === undefined ? 1 : (row.sessions ?? 1) + (row.queued ?? 0) };
      });
    return fleetCommands({ backEnd, slots, present, wanted });
  });
}
