import type { SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, test } from 'vitest';
import { ownReads } from '../../../env/aws/calls/bulk-reads.ts';
import { Calls } from '../../../env/aws/calls/call.ts';
import { remoteKillSwitch } from '../../../env/aws/remote-kill-switch.ts';
import { parameterService } from '../../../env/twin/parameters.ts';
import { type Around, refusal, sentTo } from './sent-to.ts';

const pools = ['g', 'h'].map((autoScalingGroup) => ({ autoScalingGroup, targetGroups: [], handBackPolicy: null }));
const place = { region: 'eu-west-1', account: '123456789012' };
const denied: Around = async () => {
  throw refusal('AccessDenied', 403);
};

function switchWith(parts: {
  readonly values?: Readonly<Record<string, string>>;
  readonly parameter?: string;
  readonly tag?: string;
  readonly tags?: readonly (readonly { readonly Key: string }[])[];
  readonly around?: Around;
}) {
  const { values = {}, parameter = null, tag = null, tags = [[], []], around } = parts;
  const AutoScalingGroups = tags.map((Tags, pool) => ({
    ...{ AutoScalingGroupName: pools[pool]!.autoScalingGroup, MinSize: 0, MaxSize: 9, DesiredCapacity: 1, Tags },
  }));
  const groups = { DescribeAutoScalingGroups: () => ({ AutoScalingGroups }) };
  const parameters = sentTo<SSMClient>(parameterService(values, { nowMs: () => 0 }, place), around);
  const calls = new Calls(1000);
  return remoteKillSwitch({
    deployment: { killSwitch: { parameter, tag }, pools },
    reads: ownReads({ autoScaling: sentTo(groups, around), cloudWatch: sentTo({}), parameters }, calls),
  })();
}

test('where none is declared nothing is asked', async () => {
  expect((await switchWith({ around: denied })).state).toBe('clear');
});

describe('the parameter', () => {
  test.each([
    ['run', 'clear'],
    [' run\n', 'clear'],
    ['stop', 'pulled'],
    ['RUN', 'pulled'],
    ['running', 'pulled'],
  ])('that says %j is %s', async (value, state) => {
    expect((await switchWith({ parameter: '/p', values: { '/p': value } })).state).toBe(state);
  });

  test('that is not there stops, as one that cannot be read', async () => {
    expect((await switchWith({ parameter: '/p' })).state).toBe('unreadable');
    expect((await switchWith({ parameter: '/p', values: { '/p': 'run' }, around: denied })).state).toBe('unreadable');
    expect((await switchWith({ parameter: '/p', around: async () => ({}) })).state).toBe('unreadable');
  });
});

describe('the tag', () => {
  test('on any of the groups stops, whatever its value', async () => {
    expect((await switchWith({ tag: 'stop', tags: [[{ Key: 'other' }], [{ Key: 'stop' }]] })).state).toBe('pulled');
    expect((await switchWith({ tag: 'stop', tags: [[{ Key: 'other' }], []] })).state).toBe('clear');
  });

  test('that cannot be read of every group stops', async () => {
    expect((await switchWith({ tag: 'stop', tags: [[]] })).state).toBe('unreadable');
    expect((await switchWith({ tag: 'stop', around: denied })).state).toBe('unreadable');
  });
});

test('of two the stricter one counts, and a pulled one says more than one that cannot be read', async () => {
  const both = { parameter: '/p', tag: 'stop' };
  expect((await switchWith({ ...both, values: { '/p': 'run' }, tags: [[{ Key: 'stop' }], []] })).state).toBe('pulled');
  expect((await switchWith({ ...both, tags: [[{ Key: 'stop' }], []] })).state).toBe('pulled');
  expect((await switchWith({ ...both, values: { '/p': 'run' } })).state).toBe('clear');
});
