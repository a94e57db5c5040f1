import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

/** Clients of the SDK by their package, and what their actions begin with in IAM. */
const prefixes: Readonly<Record<string, string>> = {
  '@aws-sdk/client-auto-scaling': 'autoscaling',
  '@aws-sdk/client-cloudwatch': 'cloudwatch',
  '@aws-sdk/client-dynamodb': 'dynamodb',
  '@aws-sdk/client-elastic-load-balancing-v2': 'elasticloadbalancing',
  '@aws-sdk/client-lambda': 'lambda',
  '@aws-sdk/client-ssm': 'ssm',
  '@aws-sdk/client-sts': 'sts',
};

const statement = /\bimport\s+(type\s+)?([^'";]*?)\s+from\s+'([^']+)'/g;

/** The files that a file needs to run, itself among them; `without` are taken to be others. */
function filesFrom(entry: string, without: readonly string[], found: Set<string> = new Set()): Set<string> {
  if (found.has(entry) || without.includes(entry)) return found;
  found.add(entry);
  for (const [, isType, , specifier] of readFileSync(entry, 'utf8').matchAll(statement)) {
    if (isType !== undefined || !specifier!.startsWith('.')) continue;
    filesFrom(posix.join(posix.dirname(entry), specifier!), without, found);
  }
  return found;
}

/** IAM's names of what the code that begins at these files asks of AWS. */
export function actionsFrom(entries: readonly string[], without: readonly string[] = []): string[] {
  const files = new Set(entries.flatMap((entry) => [...filesFrom(entry, without)]));
  return actionsIn([...files]);
}

export function actionsIn(files: readonly string[]): string[] {
  const actions = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(statement)].flatMap(([, , names, specifier]) => {
      const prefix = prefixes[specifier!];
      if (prefix === undefined) return [];
      return [...names!.matchAll(/\b(\w+)Command\b/g)].map(([, operation]) => `${prefix}:${operation}`);
    }),
  );
  return [...new Set(actions)].sort();
}

export function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => posix.join(folder, name));
}
