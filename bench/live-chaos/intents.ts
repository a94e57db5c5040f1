import { existsSync, readFileSync } from 'node:fs';
import type { Call } from '../../env/twin/call-log.ts';

interface Line {
  readonly kind?: string;
  readonly mutation?: Readonly<Record<string, unknown>>;
}

/** Whether the newest intent of a journal announces the call. */
export function isAnnounced(call: Call, journal: string): boolean {
  const newest = newestIntent(journal);
  const announced = newest == null ? null : wordsOf(newest);
  return announced !== null && announced === wordsOfCall(call);
}

/** The same of a command to the router, of which one intent may announce many. */
export function isCommandAnnounced(command: string, journal: string): boolean {
  const commands = newestIntent(journal)?.commands;
  return Array.isArray(commands) && commands.includes(command);
}

function newestIntent(journal: string): NonNullable<Line['mutation']> | null {
  if (!existsSync(journal)) return null;
  const lines = readFileSync(journal, 'utf8').split('\n');
  for (let index = lines.length - 1; index >= 0; index--) {
    const line = lineOf(lines[index]!);
    if (line?.kind === 'intent') return line.mutation ?? null;
  }
  return null;
}

function lineOf(text: string): Line | null {
  if (!text.startsWith('{"kind":"intent"')) return null;
  try {
    return JSON.parse(text) as Line;
  } catch {
    return null;
  }
}

/** What an intent says, in the words that `wordsOfCall` uses. */
function wordsOf(mutation: NonNullable<Line['mutation']>): string | null {
  const { kind, group, desired, rule, weights, function: name, memoryMb, alias, version, environments } = mutation;
  switch (kind) {
    case 'set-desired-capacity':
      return `SetDesiredCapacity ${group} ${desired}`;
    case 'suspend-alarms':
      return `SuspendProcesses ${group}`;
    case 'resume-alarms':
      return `ResumeProcesses ${group}`;
    case 'modify-rule':
      return `ModifyRule ${rule} ${(weights as { weight: number }[]).map(({ weight }) => weight)}`;
    case 'update-memory':
      return `UpdateFunctionConfiguration ${name} ${memoryMb}`;
    case 'publish-version':
      return `PublishVersion ${name}`;
    case 'update-alias':
      return `UpdateAlias ${name} ${alias} ${version}`;
    case 'provision':
      return `PutProvisionedConcurrencyConfig ${name} ${version} ${environments}`;
    case 'unprovision':
      return `DeleteProvisionedConcurrencyConfig ${name} ${version}`;
    case 'delete-version':
      return `DeleteFunction ${name} ${version}`;
    default:
      return null;
  }
}

function wordsOfCall({ operation, input }: Call): string {
  const { AutoScalingGroupName: group, FunctionName: name } = input;
  switch (operation) {
    case 'SetDesiredCapacity':
      return `${operation} ${group} ${input.DesiredCapacity}`;
    case 'SuspendProcesses':
    case 'ResumeProcesses':
      return `${operation} ${group}`;
    case 'ModifyRule':
      return `${operation} ${input.RuleArn} ${[...JSON.stringify(input.Actions).matchAll(/"Weight":(\d+)/g)].map(([, weight]) => weight)}`;
    case 'UpdateFunctionConfiguration':
      return `${operation} ${name} ${input.MemorySize}`;
    case 'PublishVersion':
      return `${operation} ${name}`;
    case 'UpdateAlias':
      return `${operation} ${name} ${input.Name} ${input.FunctionVersion}`;
    case 'PutProvisionedConcurrencyConfig':
      return `${operation} ${name} ${input.Qualifier} ${input.ProvisionedConcurrentExecutions}`;
    case 'DeleteProvisionedConcurrencyConfig':
    case 'DeleteFunction':
      return `${operation} ${name} ${input.Qualifier}`;
    default:
      return operation;
  }
}
