import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { permissionTag, policyDocument } from '../../env/aws/permissions.ts';
import { readDeployment } from '../../env/deployment/deployment.ts';

const shape = z.object({
  Parameters: z.record(z.string(), z.unknown()),
  Conditions: z.record(z.string(), z.unknown()),
  Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()) })),
  Outputs: z.record(z.string(), z.unknown()),
});
const text = readFileSync('deploy/cloudformation.yaml', 'utf8');
/** Without its functions: `!Sub x` is x, `!Ref X` is X. */
const template = shape.parse(parseDocument(text, { logLevel: 'silent' }).toJS());
const of = (type: string) => Object.values(template.Resources).filter(({ Type }) => Type === type);

/** As docs/aws.md writes it. */
function plain(arn: string): string {
  return arn
    .replace(`\${AWS::Partition}`, 'aws')
    .replace(`\${AWS::Region}`, 'REGION')
    .replace(`\${AWS::AccountId}`, 'ACCOUNT')
    .replace(`\${LeaseTableName}`, 'LEASE_TABLE');
}

describe('deploy/cloudformation.yaml', () => {
  test('gives its role what the doctor and live mode need, to the letter', () => {
    const [role] = of('AWS::IAM::Role');
    const policies = z
      .array(z.object({ PolicyDocument: z.object({ Version: z.string(), Statement: z.array(z.looseObject({})) }) }))
      .parse(role!.Properties.Policies);
    expect(policies).toHaveLength(1);
    const { Version, Statement } = policies[0]!.PolicyDocument;
    const found = Statement.map((one) => ({ ...one, Resource: (one.Resource as string[]).map(plain) }));
    expect({ Version, Statement: found }).toEqual(policyDocument('doctor', 'live'));
  });

  test('makes nothing of the service itself', () => {
    expect(new Set(Object.values(template.Resources).map(({ Type }) => Type))).toEqual(
      new Set([
        'AWS::IAM::Role',
        'AWS::IAM::InstanceProfile',
        'AWS::DynamoDB::Table',
        'AWS::SSM::Parameter',
        'AWS::Logs::LogGroup',
        'AWS::CloudWatch::Alarm',
      ]),
    );
  });

  test('makes the lease table and the kill switch that the example deployments name', async () => {
    const { deployment } = await readDeployment('examples/aws/weighted-classifier.yaml');
    const [table] = of('AWS::DynamoDB::Table');
    expect(template.Parameters.LeaseTableName).toMatchObject({ Default: deployment.lease.table });
    // env/aws/dynamo-lease.ts reads the item by this key.
    expect(table!.Properties.KeySchema).toEqual([{ AttributeName: 'service', KeyType: 'HASH' }]);
    const [parameter] = of('AWS::SSM::Parameter');
    expect(`${parameter!.Properties.Name}`.replace(`\${ServiceName}`, deployment.name)).toBe(
      deployment.killSwitch.parameter,
    );
    expect(parameter!.Properties.Value).toBe('run');
  });

  test('names only parameters, conditions and resources that it has, and uses each of them', () => {
    const known = [...Object.keys(template.Parameters), ...Object.keys(template.Resources)];
    const conditions = Object.keys(template.Conditions);
    const referred = [...text.matchAll(/!Ref (\w+)|!GetAtt (\w+)|\$\{(\w+)\}/g)].map(
      (one) => one[1] ?? one[2] ?? one[3]!,
    );
    const conditional = [...text.matchAll(/Condition: (\w+)$|!If \[(\w+)/gm)].map((one) => one[1] ?? one[2]!);
    expect(referred.filter((name) => !known.includes(name))).toEqual([]);
    expect(conditional.filter((name) => !conditions.includes(name))).toEqual([]);
    expect(Object.keys(template.Parameters).filter((name) => !referred.includes(name))).toEqual([]);
    expect(conditions.filter((name) => !conditional.includes(name))).toEqual([]);
  });

  test('says in its description which tag it needs', () => {
    expect(of('AWS::IAM::Role')[0]!.Properties.Description).toContain(`${permissionTag.key}=${permissionTag.value}`);
  });
});
