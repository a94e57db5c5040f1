import type { RouterInput } from '../writing/request-of.ts';
import { readBack } from './read-back.ts';
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
 * name or code it is classified (env/aws/calls/classify.ts).
 */
export async function sendCommands(
  socket: Pick<RuntimeSocket, 'ask'>,
  { commands }: Pick<RouterInput, 'commands'>,
  { abortSignal }: { readonly abortSignal: AbortSignal },
): Promise<readonly string[]> {
  const ask = (command: string) => socket.ask(command, abortSignal);
  const answers: string[] = [];
  for (const command of commands) {
    const answer = await ask(command);
    const isFine = fine.some((one) => one.test(answer)) || (command.startsWith('del server ') && gone.test(answer));
    if (!isFine) throw refusal(command, answer);
    answers.push(answer);
  }
  await readBack(commands, ask);
  return answers;
}

function refusal(command: string, answer: string): Error {
  const said = answer.split('\n')[0]!.slice(0, 200);
  return Object.assign(new Error(`"${command}" is refused: ${said}`), { name: 'InvalidRouterCommand' });
}
