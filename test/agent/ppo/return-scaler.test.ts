import { expect, test } from 'vitest';
import { ReturnScaler } from '../../../agent/ppo/return-scaler.ts';
import { Random } from '../../../env/random.ts';

const worlds = 4;

function rewards(random: Random, unit: number): Float32Array {
  return Float32Array.from({ length: 400 * worlds }, () => unit * random.normal());
}

test('independent rewards are divided by the deviation of their discounted return, whatever their unit', () => {
  const closedForm = Math.sqrt(1 / (1 - 0.9 ** 2));
  for (const unit of [1e-3, 1, 1e4]) {
    const scaler = new ReturnScaler(0.9, 10);
    const random = Random.seeded(3);
    for (let rollout = 0; rollout < 20; rollout++) {
      scaler.apply(rewards(random, unit), new Uint8Array(400 * worlds), worlds);
    }
    expect(1 / scaler.scale / unit / closedForm).toBeGreaterThan(0.95);
    expect(1 / scaler.scale / unit / closedForm).toBeLessThan(1.05);
  }
});

test('the discounted return starts anew after a truncation', () => {
  const scaler = new ReturnScaler(0.5, 10);
  scaler.apply(Float32Array.of(1, 1), Uint8Array.of(1, 0), 1);
  expect(scaler.save().mean).toBe(1);
  expect(scaler.save().squares).toBe(0);
});

test('a restored scaler goes on to the bit, through JSON', () => {
  const random = Random.seeded(4);
  const one = new ReturnScaler(0.9, 10);
  one.apply(rewards(random, 1), new Uint8Array(400 * worlds), worlds);
  const other = ReturnScaler.restored(0.9, 10, JSON.parse(JSON.stringify(one.save())));
  const next = rewards(random, 1);
  const copy = next.slice();
  one.apply(next, new Uint8Array(400 * worlds), worlds);
  other.apply(copy, new Uint8Array(400 * worlds), worlds);
  expect(copy).toEqual(next);
  expect(other.save()).toEqual(one.save());
});
