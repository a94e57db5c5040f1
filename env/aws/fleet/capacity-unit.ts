import { z } from 'zod';

const weighted = z.object({ WeightedCapacity: z.string().optional() });

/** What of a described group tells in what its sizes are counted (AutoScalingGroup, Auto Scaling API reference). */
export const capacityShape = {
  DesiredCapacityType: z.string().optional(),
  MixedInstancesPolicy: z
    .object({ LaunchTemplate: z.object({ Overrides: z.array(weighted).default([]) }).optional() })
    .optional(),
};

interface Described extends z.output<z.ZodObject<typeof capacityShape>> {
  readonly Instances: readonly z.output<typeof weighted>[];
}

/**
 * In what a group's sizes are counted, where that is not instances: a count of VMs that is written there is another fleet, say a quarter of it where
 * each instance weighs 4. Null: instances.
 */
export function otherUnit({
  DesiredCapacityType: type = 'units',
  MixedInstancesPolicy,
  Instances,
}: Described): string | null {
  if (type !== 'units' && type !== '') return type;
  const all = [...(MixedInstancesPolicy?.LaunchTemplate?.Overrides ?? []), ...Instances];
  const weight = all.find(({ WeightedCapacity = '1' }) => WeightedCapacity !== '1' && WeightedCapacity !== '');
  return weight === undefined ? null : `weights of instances (${weight.WeightedCapacity})`;
}
