import { expect, test } from 'vitest';
import type { BulkReads } from '../../../env/aws/calls/bulk-reads.ts';
import type { Fault } from '../../../env/aws/calls/fault.ts';
import { RecentGroups } from '../../../env/aws/calls/recent-groups.ts';
import type { Group } from '../../../env/aws/fleet/group-reader.ts';

const group: Group = { min: 0, max: 9, desired: 1, instances: [], suspended: [], tags: [] };
const throttled: Fault = { kind: 'throttled', code: 'Throttling', said: 'slow down', isUnknown: false };

function reading() {
  const state = { asked: 0, nowMs: 0, answer: group as Group | Fault };
  const groups: BulkReads['groups'] = async (names) => {
    state.asked++;
    return new Map(names.map((name) => [name, state.answer]));
  };
  const reads: BulkReads = { groups, metrics: async () => [], parameter: async () => ({ value: 'run', fault: null }) };
  const recent = new RecentGroups(() => state.nowMs);
  return { state, asking: recent.asking(reads), remembering: recent.remembering(reads) };
}

test('what the observation of a tick found is not asked for again in it', async () => {
  const { state, asking, remembering } = reading();
  await asking.groups(['a', 'b']);
  expect((await remembering.groups(['a', 'b'])).get('b')).toBe(group);
  expect(state.asked).toBe(1);
});

test('every observation asks', async () => {
  const { state, asking } = reading();
  await asking.groups(['a']);
  await asking.groups(['a']);
  expect(state.asked).toBe(2);
});

test.each([6000, -6000])('what was found %i ms ago is asked for again, whichever way the clock went', async (ms) => {
  const { state, asking, remembering } = reading();
  await asking.groups(['a']);
  state.nowMs = ms;
  await remembering.groups(['a']);
  expect(state.asked).toBe(2);
});

test('other groups are asked for, and those that could not be read once more', async () => {
  const { state, asking, remembering } = reading();
  await asking.groups(['a']);
  await remembering.groups(['b']);
  expect(state.asked).toBe(2);
  state.answer = throttled;
  await asking.groups(['a']);
  state.answer = group;
  expect((await remembering.groups(['a'])).get('a')).toBe(group);
});
