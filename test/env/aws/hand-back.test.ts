import { expect, test } from 'vitest';
import { handBackOf } from '../../../env/aws/hand-back.ts';
import type { Mutation } from '../../../env/aws/writing/mutation.ts';
import type { Writer } from '../../../env/aws/writing/writer.ts';

const pools = [
  { autoScalingGroup: 'g', targetGroups: [], handBackPolicy: 'tracking' },
  { autoScalingGroup: 'h', targetGroups: [], handBackPolicy: null },
  { autoScalingGroup: 'i', targetGroups: [], handBackPolicy: 'tracking' },
];

function rig(refused: readonly string[] = []) {
  const written: Mutation[] = [];
  const writer: Writer = {
    mode: 'live',
    write: async (mutation) => {
      written.push(mutation);
      const isRefused = 'group' in mutation && refused.includes(mutation.group);
      const fault = { kind: 'denied', code: 'AccessDenied', said: 'denied', isUnknown: false } as const;
      return isRefused ? { state: 'refused', fault } : { state: 'done', response: {} };
    },
  };
  let forgotten = 0;
  const handBack = handBackOf({ pools }, writer, () => forgotten++);
  return { handBack: handBack!, written, forgotten: () => forgotten };
}

test('the groups that declare a policy are given to it, and no other', async () => {
  const { handBack, written } = rig();
  await handBack.give();
  expect(written).toEqual([
    { kind: 'resume-alarms', group: 'g' },
    { kind: 'resume-alarms', group: 'i' },
  ]);
});

test('taken back, the policies rest, and what was written before counts no more', async () => {
  const { handBack, written, forgotten } = rig();
  await handBack.takeBack();
  expect(written.map(({ kind }) => kind)).toEqual(['suspend-alarms', 'suspend-alarms']);
  expect(forgotten()).toBe(1);
});

test('one group that is refused does not keep the others, and is said, so that it is done again', async () => {
  const { handBack, written, forgotten } = rig(['g']);
  await expect(handBack.takeBack()).rejects.toThrow('g: denied');
  expect(written).toHaveLength(2);
  expect(forgotten()).toBe(0);
});

test('without any declared policy there is nobody to give to', () => {
  expect(handBackOf({ pools: [pools[1]!] }, null as never, () => {})).toBeNull();
});
