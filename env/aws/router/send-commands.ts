import type { RouterInput } from '../request-of.ts';
import { mapEntriesOf, serverStatesOf } from './answers.ts';
import type { RuntimeSocket } from './runtime-socket.ts';

/** What HAProxy says when it did what it was told, or had done so before: wishes are said twice without harm. */
const fine = [
  /^$/,
  /^New server registered\.$/,
  /^Already exists a server with the same name in backend\.$/,
  /^Server deleted\.$/,
];
const gone = /^No such server\.$/;

/**
 * Sends the commands one after another, stops at the first that is refused, and reads back what they wished. Throws an error by whose
 * name or code it is classified (env/aws/classify.ts).
 */
export async function sendCommands(
  socket: Pick<RuntimeSocket, 'ask'>,
  { commands }: Pick<RouterInput, 'commands'>,
  { abortSignal }: { readonly abortSignal: AbortSignal },
): Promise<readonly string[]> {
  const answers: string[] = [];
  for (const command of commands) {
    const answer = await socket.ask(command, abortSignal);
    const isFine = fine.some((one) => one.test(answer)) || (command.startsWith('del server ') && gone.test(answer));
    if (!isFine) throw refusal(command, answer);
    answers.push(answer);
  }
  await readBack(socket, commands, abortSignal);
  return answers;
}

async function readBack(
  socket: Pick<RuntimeSocket, 'ask'>,
  commands: readonly string[],
  abortSignal: AbortSignal,
): Promise<void> {
  const settings = commands.flatMap((command) => {
    const match = /^(?:set|add) map (\S+) (\S+) (\S+)$/.exec(command);
    return match === null ? [] : [{ map: match[1]!, key: match[2]!, value: match[3]! }];
  });
  for (const map of new Set(settings.map((one) => one.map))) {
    const entries = mapEntriesOf(await socket.ask(`show map ${map}`, abortSignal));
    for (const { key, value } of settings.filter((one) => one.map === map)) {
      if (entries.get(key) !== value)
        throw differs(`${key} is ${entries.get(key) ?? 'absent'} after it was set to ${value}`);
    }
  }
  const servers = commands.flatMap((command) => (/^(add|del) server (\S+)/.exec(command)?.slice(1) as string[]) ?? []);
  if (servers.length > 0) await readBackServers(socket, commands, abortSignal);
}

async function readBackServers(
  socket: Pick<RuntimeSocket, 'ask'>,
  commands: readonly string[],
  abortSignal: AbortSignal,
): Promise<void> {
  const present = serverStatesOf(await socket.ask('show servers state', abortSignal));
  const names = new Set(present.map(({ backEnd, name }) => `${backEnd}/${name}`));
  for (const command of commands) {
    const [, verb, name] = /^(add|del) server (\S+)/.exec(command) ?? [];
    if (verb === 'add' && !names.has(name!)) throw differs(`${name} is absent after it was added`);
    if (verb === 'del' && names.has(name!)) throw differs(`${name} is there after it was deleted`);
  }
}

function refusal(command: string, answer: string): Error {
  const said = answer.split('\n')[0]!.slice(0, 200);
  return Object.assign(new Error(`the router refuses "${command}": ${said}`), { name: 'InvalidRouterCommand' });
}

function differs(said: string): Error {
  return Object.assign(new Error(`another hand is at the router: ${said}`), { name: 'ResourceConflict' });
}
