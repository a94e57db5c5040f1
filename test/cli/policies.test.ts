import { expect, test } from 'vitest';
import { policiesText } from '../../cli/policies.ts';
import { policyKinds } from '../../policies/registry.ts';
import { machine } from './command-line.ts';

test('spillway policies lists every rule with its source and every parameter with its default and range', async () => {
  const { code, output } = await machine().call('policies');
  expect(code).toBe(0);
  for (const kind of policyKinds) {
    expect(output).toContain(`${kind.name}: ${kind.summary}`);
    expect(output).toContain(`Source: ${kind.source}`);
    for (const { name, default: value, min, max } of kind.parameters) {
      expect(output).toMatch(new RegExp(`^  ${name} +${value ?? 'not set'} +${min} to ${max} `, 'm'));
    }
  }
});

test('spillway policies NAME lists that one alone', async () => {
  const { output } = await machine().call('policies', 'reactive');
  expect(output.match(/Source: /g)).toHaveLength(1);
});

test('an unknown policy is refused with the nearest name', async () => {
  const answer = await machine().call('policies', 'reactiv');
  expect(answer).toMatchObject({ code: 2, errors: expect.stringContaining('did you mean "reactive"?') });
});

test('the list says who knows the future, and who has a clock of its own', () => {
  const kind = policyKinds[0]!;
  const text = policiesText([
    kind,
    { ...kind, name: 'seer', isClairvoyant: true },
    { ...kind, name: 'fast', cadenceSeconds: 10 },
  ]);
  expect(text.match(/Knows the future/g)).toHaveLength(1);
  expect(text).toMatch(/seer: [^\n]+\n {2}Knows the future: a yardstick/);
  expect(text).toMatch(/fast: [^\n]+\n {2}Decides every 10 s, whatever decisionSeconds says/);
});
