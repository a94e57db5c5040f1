import type { Clock } from '../clock.ts';
import type { Input, Output, Service } from '../operation.ts';
import { pageOf } from '../page.ts';
import { groupOf, invalid, listOf } from './asked.ts';
import { describedActivity, describedGroup, describedInstance, describedTag } from './described.ts';
import type { Group } from './group.ts';
import type { Groups } from './groups.ts';
import { describedPolicies } from './policies.ts';

/** The operations that tell. */
export function readingOperations(groups: Groups, clock: Clock): Service {
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
    DescribeLifecycleHooks(input) {
      refuse(input, 'LifecycleHookNames');
      return {
        LifecycleHooks: deployment.router === null ? [] : [drainHook(groupOf(groups, input.AutoScalingGroupName))],
      };
    },
    DescribeScheduledActions: (input) => page([], input, 50, 'ScheduledUpdateGroupActions'),
    DescribeTags(input) {
      refuse(input, 'Filters');
      const all = groups.all.flatMap((group) =>
        [...group.tags].map(([key, value]) => describedTag(group.name, key, value)),
      );
      return page(all, input, 50, 'Tags');
    },
  };
}

/** As an operator with an overflow router has it; what is told to go takes the pool's drain time all the same. */
function drainHook({ name, pool }: Group): Output {
  return {
    LifecycleHookName: 'drain',
    AutoScalingGroupName: name,
    LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
    HeartbeatTimeout: hookSeconds + Math.ceil(pool.drainSeconds),
    DefaultResult: 'CONTINUE',
  };
}

/** Beside the drain, for the decision at which the router stops sending. */
const hookSeconds = 300;

function asked(groups: Groups, { AutoScalingGroupNames: names }: Input): readonly Group[] {
  const wanted = listOf(names);
  if (wanted.length > 100) throw invalid('At most 100 AutoScalingGroupNames can be given.');
  return wanted.length === 0 ? groups.all : groups.all.filter(({ name }) => wanted.includes(name));
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
