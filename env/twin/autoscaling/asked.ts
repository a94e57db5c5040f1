import { shown } from '../../shown.ts';
import { type Input, ServiceError } from '../operation.ts';
import { processes } from './described.ts';
import type { Group } from './group.ts';
import type { Groups } from './groups.ts';

/** A group that does not exist is a ValidationError: there is no other error for it. */
export function groupOf(groups: Groups, name: unknown): Group {
  const group = groups.named(name);
  if (group === null) throw invalid(`AutoScalingGroup name not found - AutoScalingGroup: ${shown(name)} not found`);
  return group;
}

/** No process given: all of them. */
export function processesOf({ ScalingProcesses: given }: Input): readonly string[] {
  const names = listOf(given);
  const unknown = names.find((name) => !processes.some((one) => one === name));
  if (unknown !== undefined) throw invalid(`${shown(unknown)} is not a valid Scaling Process`);
  return names.length === 0 ? processes : (names as readonly string[]);
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function invalid(message: string): ServiceError {
  return new ServiceError('ValidationError', message);
}
