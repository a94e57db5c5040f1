import { execFileSync } from 'node:child_process';
import { setFlagsFromString } from 'node:v8';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { paceHeap } from '../../../cli/live/pace-heap.ts';

vi.mock('node:v8', async (original) => ({ ...(await original<object>()), setFlagsFromString: vi.fn() }));

const told = () => vi.mocked(setFlagsFromString).mock.calls.map(([flag]) => flag);

afterEach(() => vi.mocked(setFlagsFromString).mockClear());

describe('the pace of the heap', () => {
  test('is quicker than V8 itself goes in a process of few services, by a flag that this V8 knows', () => {
    paceHeap(1);
    const [name, percent] = told()[0]!.split('=');
    expect(execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' })).toContain(`${name} (`);
    expect(Number(percent)).toBeGreaterThan(0);
  });

  test('is left to V8 in a process of many', () => {
    paceHeap(1000);
    expect(told()).toEqual([]);
  });
});
