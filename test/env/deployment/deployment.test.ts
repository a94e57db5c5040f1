import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseDeployment, readDeployment } from '../../../env/deployment/deployment.ts';
import { InputProblem } from '../../../env/problem.ts';
import { readProfile } from '../../../env/profile.ts';

test('the example deployments name every pool and function in the order of their profiles', async () => {
  for (const name of ['image-classifier', 'weighted-classifier']) {
    const { deployment, profile } = await readDeployment(`examples/aws/${name}.yaml`);
    expect(deployment.pools.map(({ autoScalingGroup }) => autoScalingGroup)).toEqual(
      profile.pools.map((pool) => `${name}-${pool.name}`),
    );
    expect(deployment.functions.map((one) => one?.name)).toEqual(profile.variants.map((one) => `${name}-${one.name}`));
  }
});

test('a deployment of a service that Lambda cannot serve has no functions', async () => {
  const text = readFileSync('examples/aws/weighted-classifier.yaml', 'utf8');
  const profile = await readProfile('examples/weighted-classifier.yaml');
  const without = text.replace(/^functions:\n(?: .*\n)+/m, '');
  expect(without).not.toContain('functions');
  expect(parseDeployment(without, 'deployment.yaml', profile).functions).toEqual([null, null, null]);
});

describe('a wrong deployment is refused with file, line and remedy', async () => {
  const text = readFileSync('examples/aws/weighted-classifier.yaml', 'utf8');
  const profile = await readProfile('examples/weighted-classifier.yaml');

  test.each([
    [/^ {2}cpu:$/m, '  gpu:', /pools\.gpu names a pool .* one of cpu/],
    [/^rule: .*$/m, '', /rule is missing.*weights/],
    [/inception-v3: arn/, 'inception: arn', /targetGroups\.inception names a variant/],
    [/^functions:$/m, 'functions: none\nfunction:', /function/],
    [/^region: .*$/m, 'region: Ireland', /region is "Ireland".*AWS region/],
    [/table: spillway-leases/, 'table: a, file: b', /one of them/],
    [/arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer\/app/, 'classifier', /ARN of an application/],
  ])('%s -> %s', (pattern, replacement, sentence) => {
    const wrong = text.replace(pattern, replacement);
    expect(wrong).not.toBe(text);
    expect(() => parseDeployment(wrong, 'deployment.yaml', profile)).toThrow(InputProblem);
    expect(() => parseDeployment(wrong, 'deployment.yaml', profile)).toThrow(sentence);
    expect(() => parseDeployment(wrong, 'deployment.yaml', profile)).toThrow(/^deployment\.yaml:\d+: /);
  });
});
