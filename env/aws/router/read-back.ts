import { mapEntriesOf, serverStatesOf } from './answers.ts';

type Ask = (command: string) => Promise<string>;

/** Whether the router stands as these commands wished: its maps and its servers. Throws what differs, as a conflict. */
export async function readBack(commands: readonly string[], ask: Ask): Promise<void> {
  await readBackMaps(commands, ask);
  await readBackServers(commands, ask);
}

async function readBackMaps(commands: readonly string[], ask: Ask): Promise<void> {
  const settings = commands.flatMap((command) => {
    const [, map, key, value] = /^(?:set|add) map (\S+) (\S+) (\S+)$/.exec(command) ?? [];
    return map === undefined ? [] : [{ map, key: key!, value: value! }];
  });
  for (const map of new Set(settings.map((one) => one.map))) {
    const entries = mapEntriesOf(await ask(`show map ${map}`));
    const wrong = settings.find((one) => one.map === map && entries.get(one.key) !== one.value);
    if (wrong === undefined) continue;
    throw differs(`${wrong.key} is ${entries.get(wrong.key) ?? 'absent'} after it was set to ${wrong.value}`);
  }
}

async function readBackServers(commands: readonly string[], ask: Ask): Promise<void> {
  const changes = commands.flatMap((command) => {
    const [, verb, server] = /^(add|del) server (\S+)/.exec(command) ?? [];
    return server === undefined ? [] : [{ server, isWanted: verb === 'add' }];
  });
  if (changes.length === 0) return;
  const states = serverStatesOf(await ask('show servers state'));
  const present = new Set(states.map(({ backEnd, name }) => `${backEnd}/${name}`));
  const wrong = changes.find(({ server, isWanted }) => present.has(server) !== isWanted);
  if (wrong === undefined) return;
  throw differs(`${wrong.server} is ${wrong.isWanted ? 'absent after it was added' : 'there after it was deleted'}`);
}

function differs(said: string): Error {
  return Object.assign(new Error(`another hand is at the router: ${said}`), { name: 'ResourceConflict' });
}
