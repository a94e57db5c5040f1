import { Members } from '../members.ts';
import type { Input, Output, Service } from '../operation.ts';
import { groupOf, invalid, listOf, processesOf } from './asked.ts';
import type { Group } from './group.ts';
import type { Groups } from './groups.ts';

/** The operations that change. */
export function writingOperations(groups: Groups): Service {
  return {
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

function tagged(groups: Groups, input: Input, change: (group: Group, key: string, value: string) => void): Output {
  for (const tag of new Members(input, 'ValidationError').structures('Tags')) {
    change(groupOf(groups, tag.text('ResourceId')), tag.text('Key'), tag.textOrNull('Value') ?? '');
  }
  return {};
}
