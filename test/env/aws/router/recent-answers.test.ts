import { expect, test } from 'vitest';
import { RecentAnswers } from '../../../../env/aws/router/recent-answers.ts';

function recent() {
  const state = { nowMs: 0, lines: [] as string[], isDown: false };
  const askAll = async (commands: readonly string[]) => {
    state.lines.push(commands.join(';'));
    if (state.isDown) throw Object.assign(new Error('nobody there'), { code: 'ECONNREFUSED' });
    return commands.map((command) => `${command} at ${state.nowMs}`);
  };
  const ask = async (command: string) => (await askAll([command]))[0]!;
  return { state, answers: new RecentAnswers({ ask, askAll }, () => state.nowMs) };
}

test('what acts want is asked for with the observation, and its map from the second time on', async () => {
  const { state, answers } = recent();
  expect(await answers.observing(['show stat'])).toEqual(['show stat at 0']);
  expect(await answers.askAll(['show map', 'show servers state', 'show stat'])).toHaveLength(3);
  await answers.ask('show map /settings.map');
  state.nowMs = 60_000;
  await answers.observing(['show stat']);
  expect(await answers.ask('show map /settings.map')).toBe('show map /settings.map at 60000');
  expect(state.lines).toEqual([
    'show stat;show map;show servers state',
    'show map /settings.map',
    'show stat;show map;show servers state;show map /settings.map',
  ]);
});

test('what is old, was changed since, or could not be observed is asked for', async () => {
  const { state, answers } = recent();
  await answers.observing(['show stat']);
  state.nowMs = 6000;
  expect(await answers.askAll(['show stat'])).toEqual(['show stat at 6000']);
  await answers.observing(['show stat']);
  answers.forget();
  await answers.askAll(['show stat']);
  await answers.observing(['show stat']);
  state.isDown = true;
  await expect(answers.observing(['show stat'])).rejects.toThrow();
  await expect(answers.askAll(['show stat'])).rejects.toThrow();
  expect(state.lines.filter((line) => line === 'show stat')).toHaveLength(3);
});

test('nothing that would change the router passes', async () => {
  const { state, answers } = recent();
  await expect(answers.ask('set map /settings.map variant x')).rejects.toThrow('only its writer may');
  await expect(answers.askAll(['show map', 'del server pool.cpu/i-1'])).rejects.toThrow('only its writer may');
  await expect(answers.observing(['clear table arrivals'])).rejects.toThrow('only its writer may');
  expect(state.lines).toEqual([]);
});
