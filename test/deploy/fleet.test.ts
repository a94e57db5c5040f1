import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { permissionTag } from '../../env/aws/permissions.ts';
import { readProfile } from '../../env/profile.ts';

const shape = z.object({
  Parameters: z.record(z.string(), z.looseObject({ Default: z.number().or(z.string()).optional() })),
  Conditions: z.record(z.string(), z.unknown()),
  Resources: z.looseObject({
    Group: z.object({ Properties: z.looseObject({}) }),
    Template: z.object({ Properties: z.object({ LaunchTemplateData: z.looseObject({}) }) }),
    HandBackPolicy: z.object({ Properties: z.looseObject({}) }),
  }),
});

const text = readFileSync('deploy/fleet.yaml', 'utf8');
/** Without its functions: `!Ref X` is X. */
const template = shape.parse(parseDocument(text, { logLevel: 'silent' }).toJS());
const { Group, HandBackPolicy } = template.Resources;
const launched = template.Resources.Template.Properties.LaunchTemplateData;

test('a group of deploy/fleet.yaml is as the doctor wants it: tag, metrics by the minute, a policy to hand back to', () => {
  const { key, value } = permissionTag;
  expect(Group.Properties.Tags).toContainEqual({ Key: key, Value: value, PropagateAtLaunch: false });
  // Without names all metrics of the group are meant (Auto Scaling API reference, EnableMetricsCollection).
  expect(Group.Properties.MetricsCollection).toEqual([{ Granularity: '1Minute' }]);
  expect(launched.Monitoring).toEqual({ Enabled: true });
  expect(HandBackPolicy.Properties.PolicyType).toBe('TargetTrackingScaling');
});

test('its instances are found by their names, and stay until a decision and the drain of a pool are over', async () => {
  expect(launched.PrivateDnsNameOptions).toEqual({
    HostnameType: 'resource-name',
    EnableResourceNameDnsARecord: true,
  });
  expect(Group.Properties.LifecycleHookSpecificationList).toMatchObject([
    { LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING', HeartbeatTimeout: 'DrainSeconds' },
  ]);
  const { decisionSeconds, pools } = await readProfile('examples/image-classifier.yaml');
  const longest = decisionSeconds + Math.max(...pools.map(({ drainSeconds }) => drainSeconds));
  expect(Number(template.Parameters.DrainSeconds!.Default)).toBeGreaterThanOrEqual(longest);
});

test('it names only parameters, conditions and resources that it has, and uses each of them', () => {
  const known = [...Object.keys(template.Parameters), ...Object.keys(template.Resources)];
  const referred = [...text.matchAll(/!Ref (\w+)|!GetAtt (\w+)/g)].map((one) => one[1] ?? one[2]!);
  const conditional = [...text.matchAll(/!If \[(\w+)/g)].map((one) => one[1]!);
  expect(referred.filter((name) => !known.includes(name) && name !== 'AWS')).toEqual([]);
  expect(Object.keys(template.Parameters).filter((name) => !referred.includes(name))).toEqual([]);
  expect(new Set(conditional)).toEqual(new Set(Object.keys(template.Conditions)));
});
