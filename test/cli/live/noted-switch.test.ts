import { describe, expect, test } from 'vitest';
import { NotedSwitch } from '../../../cli/live/noted-switch.ts';
import { troubleOf } from '../../../cli/live/trouble.ts';
import type { SwitchReading } from '../../../env/aws/remote-kill-switch.ts';

function switchOf(...readings: readonly SwitchReading[]) {
  const [told, halts]: [string[], (string | null)[]] = [[], []];
  let next = 0;
  const noted = new NotedSwitch({
    world: { killSwitch: async () => readings[next++]! },
    file: null,
    halt: (why) => halts.push(why),
    say: (sentence, isWarning) => told.push(`${isWarning ? 'warning' : 'news'}: ${sentence}`),
  });
  return { noted, told, halts };
}

const clear: SwitchReading = { state: 'clear', why: null };
const unreadable: SwitchReading = { state: 'unreadable', why: 'GetParameter: AccessDenied' };

test('that the kill switch cannot be read is told with its reason, once, and is trouble as long as it lasts', async () => {
  const { noted, told, halts } = switchOf(clear, unreadable, unreadable, clear);
  const troubles = [];
  for (let reading = 0; reading < 4; reading++) {
    await noted.read();
    troubles.push(noted.trouble !== null);
  }
  expect(told).toEqual([
    'warning: The kill switch cannot be read (GetParameter: AccessDenied): nothing is changed.',
    'news: The kill switch allows changes again.',
  ]);
  expect(halts.map((why) => why !== null)).toEqual([false, true, true, false]);
  expect(troubles).toEqual([false, true, true, false]);
});

test('one that a person pulled stops too, and is no trouble', async () => {
  const { noted, told } = switchOf({ state: 'pulled', why: null });
  expect(await noted.read()).toBe('pulled');
  expect([told, noted.trouble]).toEqual([['warning: The kill switch is pulled: nothing is changed.'], null]);
});

describe('nothing can come of the decisions', () => {
  const usual = {
    rung: 'policy',
    standing: { isHeld: true, token: 1 },
    unread: null,
    observation: { pools: [] },
  } as const;

  test('of a standby that knows of nobody who holds the lease, unlike one that waits for somebody', () => {
    const said = 'The lease cannot be asked for (GetItem: AccessDenied).';
    const alone = { isHeld: false, holder: null, said } as const;
    expect(troubleOf({ ...usual, rung: 'standby', standing: alone })).toBe(said);
    expect(troubleOf({ ...usual, rung: 'standby', standing: { ...alone, holder: 'b' }, unread: 'unread' })).toBeNull();
  });

  test('while the kill switch cannot be read, or a pool may not be changed', () => {
    const said = 'Spillway may not change the capacity of cpu';
    const pool = { ready: 1, booting: 0, hindrances: [{ kind: 'access-denied', forbids: 'change', said }] } as const;
    expect(troubleOf({ ...usual, unread: 'unread' })).toBe('unread');
    expect(troubleOf({ ...usual, observation: { pools: [pool] } })).toBe(said);
    expect(troubleOf(usual)).toBeNull();
  });
});
