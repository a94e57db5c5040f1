/**
 * The commands of a block of shell, each as its words: the part of the grammar that the documentation uses. Lines go on after a backslash
 * or a pipe; && separates; of a pipe only the first command counts; redirections and comments are left out.
 */
export function shellCommands(text: string): string[][] {
  return text
    .replace(/\\\n/g, ' ')
    .replace(/\|\s*\n/g, '| ')
    .split('\n')
    .flatMap((line) => line.replace(/(^|\s)#.*$/, '').split('&&'))
    .map((command) => words(command.replace(/\s\d?>\S+/g, '')))
    .filter((command) => command.length > 0);
}

function words(command: string): string[] {
  const found: string[] = [];
  for (const [, double, single, bare] of command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)) {
    if (bare === '|') break;
    found.push((double ?? single ?? bare)!);
  }
  return found;
}
