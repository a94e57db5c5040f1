import { expect, test } from 'vitest';
import { erlangWait, responseTail, waitTail } from '../../policies/waiting.ts';

/** By the sum of the definition. */
function waitByDefinition(offered: number, servers: number): number {
  let term = 1;
  let sum = 1;
  for (let busy = 1; busy < servers; busy++) {
    term *= offered / busy;
    sum += term;
  }
  const last = ((term * offered) / servers) * (servers / (servers - offered));
  return last / (sum + last);
}

test.each([
  [0.5, 1, 0.5],
  [1, 2, 1 / 3],
  [2, 3, 4 / 9],
  [4, 5, 0.5541],
  [8, 10, 0.4092],
])('Erlang C of %d offered to %i servers', (offered, servers, share) => {
  expect(erlangWait(offered, servers)).toBeCloseTo(share, 2);
  expect(waitByDefinition(offered, servers)).toBeCloseTo(share, 3);
});

test('Erlang C keeps to its definition for large fleets, and is 1 beyond capacity', () => {
  for (const [offered, servers] of [
    [45, 50],
    [90, 100],
    [280, 300],
  ] as const) {
    expect(erlangWait(offered, servers)).toBeCloseTo(waitByDefinition(offered, servers), 2);
  }
  expect(erlangWait(5, 5)).toBe(1);
  expect(erlangWait(0, 3)).toBe(0);
});

test('the wait of M/M/1 has the tail ρ e^-(μ-λ)t', () => {
  const queue = { ratePerSecond: 8, servers: 1, serviceMs: 100, serviceCv: 1 };
  for (const waitMs of [0, 100, 400]) {
    expect(waitTail(queue, waitMs)).toBeCloseTo(0.8 * Math.exp((-2 * waitMs) / 1000), 2);
  }
  expect(waitTail({ ...queue, ratePerSecond: 11 }, 1000)).toBe(1);
});

test('with nothing to wait for only the service can be late; with a constant service the wait alone', () => {
  const idle = { ratePerSecond: 0.01, servers: 100, serviceMs: 100, serviceCv: 0.12 };
  expect(responseTail(idle, 150)).toBeLessThan(0.001);
  expect(responseTail(idle, 99.3)).toBeCloseTo(0.5, 1);
  const constant = { ratePerSecond: 8, servers: 1, serviceMs: 100, serviceCv: 0 };
  expect(responseTail(constant, 400)).toBeCloseTo(waitTail(constant, 300), 12);
  expect(responseTail(constant, 99)).toBe(1);
});

test('more servers are never later', () => {
  const late = [9, 10, 11, 12, 15].map((servers) =>
    responseTail({ ratePerSecond: 80, servers, serviceMs: 100, serviceCv: 0.3 }, 250),
  );
  for (let at = 1; at < late.length; at++) expect(late[at]).toBeLessThan(late[at - 1]!);
});
