/** Beyond so many changes only their number is told. */
const mostShown = 6;

/** What commands to the router change, in words: its settings as `KEY VALUE`, its servers as what becomes of them. */
export function shownCommands(commands: readonly string[]): string {
  const changes = [...new Set(commands.flatMap(changeOf))];
  const rest = changes.length - mostShown;
  return `${changes.slice(0, mostShown).join(', ')}${rest > 0 ? `, and ${rest} more` : ''}`;
}

function changeOf(command: string): string[] {
  const [, key, value] = /^(?:set|add) map \S+ (\S+) (\S+)$/.exec(command) ?? [];
  if (key !== undefined) return [`${key} ${value}`];
  const [, verb, server, state] = /^(add|del|set) server [^/]+\/(\S+)(?: state (drain|ready))?/.exec(command) ?? [];
  if (verb === 'add') return [`${server} comes`];
  if (verb === 'del') return [`${server} is taken out`];
  if (state === 'drain') return [`${server} drains`];
  return [];
}
