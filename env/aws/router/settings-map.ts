import { settingsFile } from '../../deployment/router-layout.ts';
import { mapEntriesOf, mapFilesOf } from './answers.ts';
import type { RuntimeSocket } from './runtime-socket.ts';

/** As HAProxy calls it, of all its maps' files. Throws an error with the name `NoSuchMap` for an HAProxy whose configuration is not this deployment's. */
export function settingsMapIn(files: readonly string[], deployment: string): string {
  const name = settingsFile(deployment);
  const found = files.find((file) => file === name || file.endsWith(`/${name}`));
  if (found !== undefined) return found;
  const said = `the router has no map ${name}: its configuration is not the one that spillway router writes for ${deployment}`;
  throw Object.assign(new Error(said), { name: 'NoSuchMap' });
}

/** Its entries. Throws that too, and what the socket throws. */
export async function settingsInForce(
  socket: Pick<RuntimeSocket, 'ask'>,
  deployment: string,
): Promise<ReadonlyMap<string, string>> {
  const map = settingsMapIn(mapFilesOf(await socket.ask('show map')), deployment);
  return mapEntriesOf(await socket.ask(`show map ${map}`));
}
