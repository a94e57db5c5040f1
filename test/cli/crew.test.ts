import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Crew } from '../../cli/crew.ts';

/** Runners that say who they are. */
function namedRunners() {
  const log = { started: 0, closed: [] as number[] };
  const start = () => {
    const name = ++log.started;
    return {
      run: async (job: number) => {
        for (let turn = 0; turn < job % 5; turn++) await setImmediate();
        if (job === 13) throw new Error('unlucky');
        return [job, name] as const;
      },
      close: async () => {
        log.closed.push(name);
      },
    };
  };
  return { log, start };
}

test('a crew serves batch after batch with the same runners, in the order of the jobs, and closes each once', async () => {
  const { log, start } = namedRunners();
  const crew = new Crew(3, start);
  expect(await crew.run({ jobs: [4] })).toEqual([[4, 1]]);
  expect(log.started).toBe(1);
  for (let batch = 0; batch < 4; batch++) {
    const results = await crew.run({ jobs: [9, 8, 7, 6, 5] });
    expect(results.map(([job]) => job)).toEqual([9, 8, 7, 6, 5]);
  }
  expect(log).toEqual({ started: 3, closed: [] });
  await crew.close();
  expect([...log.closed].sort()).toEqual([1, 2, 3]);
});

test('a crew can be closed after a failure', async () => {
  const { log, start } = namedRunners();
  const crew = new Crew(2, start);
  await expect(crew.run({ jobs: [4, 13, 3, 3] })).rejects.toThrow('unlucky');
  await crew.close();
  expect([...log.closed].sort()).toEqual([1, 2]);
});
