import { shown } from '../../shown.ts';
import type { Clock } from '../clock.ts';
import { Members } from '../members.ts';
import { type Input, type Output, type Service, ServiceError } from '../operation.ts';
import { pageOf } from '../page.ts';
import { describedActivity, describedGroup, describedInstance, describedTag, processes } from './described.ts';
import type { Group } from './group.ts';
import type { Groups } from './groups.ts';
import { describedPolicies } from './policies.ts';

/** Amazon EC2 Auto Scaling (API version 2011-01-01), as far as a controller and the people around it use it. */
export function autoScalingService(groups: Groups, clock: Clock): Service {
  const { deployment } = groups;
  const createdAt = new Date(clock.startedAtMs);
  return {
    DescribeAutoScalingGroups(input) {
      refuse(input, 'Filters');
      const isLean = input.IncludeInstances === false;
      const found = asked(groups, input).map((group) => describedGroup(group, deployment, clock.nowMs(), createdAt));
      const all = isLean ? found.map((one) => ({ ...one, Instances: [] })) : found;
      return page(all, input, 50, 'AutoScalingGroups');
    },
    DescribeAutoScalingInstances(input) {
      const all = groups.all.flatMap((group) =>
        group.instances.map((one) => ({
          AutoScalingGroupName: group.name,
          ...describedInstance(one, group, clock.nowMs()),
        })),
      );
      return page(all, input, 50, 'AutoScalingInstances');
    },
    DescribeScalingActivities(input) {
      refuse(input, 'ActivityIds');
      const { AutoScalingGroupName: name } = input;
      const all = name === undefined ? groups.all : [groupOf(groups, name)];
      const activities = all.flatMap((group) => group.activities.all);
      const newestFirst = [...activities].sort((a, b) => b.startedAtMs - a.startedAtMs);
      return page(newestFirst.map(describedActivity), input, 100, 'Activities');
    },
    DescribePolicies(input) {
      const all = describedPolicies(groups, deployment);
      const { AutoScalingGroupName: name } = input;
      return page(
        name === undefined ? all : all.filter((one) => one.AutoScalingGroupName === name),
        input,
        50,
        'ScalingPolicies',
      );
    },
    DescribeScheduledActions: (input) => page([], input, 50, 'ScheduledUpdateGroupActions'),
    DescribeTags(input) {
      refuse(input, 'Filters');
      const all = groups.all.flatMap((group) =>
        [...group.tags].map(([key, value]) => describedTag(group.name, key, value)),
      );
      return page(all, input, 50, 'Tags');
    },
    SetDesiredCapacity(input) {
      const { AutoScalingGroupName: name, DesiredCapacity: desired, HonorCooldown: honor } = input;
      if (typeof desired !== 'number') throw invalid('DesiredCapacity is missing.');
      groupOf(groups, name).setDesired(desired, honor === true);
      return {};
    },
    SuspendProcesses(input) {
      const group = groupOf(groups, input.AutoScalingGroupName);
      for (const process of processesOf(input)) group.suspended.add(process);
      return {};
    },
    ResumeProcesses(input) {
      const group = groupOf(groups, input.AutoScalingGroupName);
      for (const process of processesOf(input)) group.suspended.delete(process);
      group.settle();
      return {};
    },
    SetInstanceProtection(input) {
      const group = groupOf(groups, input.AutoScalingGroupName);
      const ids = listOf(input.InstanceIds);
      for (const instance of group.instances) {
        if (ids.includes(instance.id)) instance.isProtected = input.ProtectedFromScaleIn === true;
      }
      return {};
    },
    CreateOrUpdateTags: (input) => tagged(groups, input, (group, key, value) => group.tags.set(key, value)),
    DeleteTags: (input) => tagged(groups, input, (group, key) => group.tags.delete(key)),
  };
}

function asked(groups: Groups, { AutoScalingGroupNames: names }: Input): readonly Group[] {
  const wanted = listOf(names);
  if (wanted.length > 100) throw invalid('At most 100 AutoScalingGroupNames can be given.');
  return wanted.length === 0 ? groups.all : groups.all.filter(({ name }) => wanted.includes(name));
}

/** A group that does not exist is a ValidationError: there is no other error for it. */
function groupOf(groups: Groups, name: unknown): Group {
  const group = groups.named(name);
  if (group === null) throw invalid(`AutoScalingGroup name not found - AutoScalingGroup: ${shown(name)} not found`);
  return group;
}

/** No process given: all of them. */
function processesOf({ ScalingProcesses: given }: Input): readonly string[] {
  const names = listOf(given);
  const unknown = names.find((name) => !processes.some((one) => one === name));
  if (unknown !== undefined) throw invalid(`${unknown} is not a valid Scaling Process`);
  return names.length === 0 ? processes : (names as readonly string[]);
}

function tagged(groups: Groups, input: Input, change: (group: Group, key: string, value: string) => void): Output {
  for (const tag of new Members(input, 'ValidationError').structures('Tags')) {
    change(groupOf(groups, tag.text('ResourceId')), tag.text('Key'), tag.textOrNull('Value') ?? '');
  }
  return {};
}

function page(
  all: readonly Output[],
  { MaxRecords: size = 0, NextToken: token }: Input,
  usual: number,
  member: string,
): Output {
  const limit = typeof size === 'number' && size >= 1 ? Math.min(100, Math.floor(size)) : usual;
  const { items, nextToken } = pageOf(all, limit, token, member);
  return { [member]: items, NextToken: nextToken };
}

/** What the twin would have to look at, and does not. */
function refuse(input: Input, member: string): void {
  if (listOf(input[member]).length > 0) throw invalid(`The twin has no ${member}: ask for all, and choose.`);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationError', message);
}
