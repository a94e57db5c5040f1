import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { maskedCrc32c } from '../../../agent/ppo/crc32c.ts';
import { TensorBoardWriter } from '../../../agent/ppo/tensorboard.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spillway-events-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Takes the frames apart and holds every checksum against its bytes. */
function records(file: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    expect(file.readUInt32LE(at + 8)).toBe(maskedCrc32c(file.subarray(at, at + 8)));
    const message = file.subarray(at + 12, at + 12 + length);
    expect(file.readUInt32LE(at + 12 + length)).toBe(maskedCrc32c(message));
    found.push(message);
    at += 16 + length;
  }
  return found;
}

/** Fields of a protocol-buffer message; varints as numbers, the rest as bytes. */
function fields(message: Buffer): Map<number, (number | Buffer)[]> {
  const found = new Map<number, (number | Buffer)[]>();
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message[at++]!;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const key = varint();
    const wire = key & 7;
    if (wire === 0) found.set(key >> 3, [...(found.get(key >> 3) ?? []), varint()]);
    else {
      const length = wire === 1 ? 8 : wire === 5 ? 4 : varint();
      found.set(key >> 3, [...(found.get(key >> 3) ?? []), message.subarray(at, at + length)]);
      at += length;
    }
  }
  return found;
}

test('an event file reads back: the version first, then scalars with step and wall time', async () => {
  const writer = await TensorBoardWriter.create(folder, 1700000000.5);
  await writer.write(3_000_000_000, 1700000001.25, { 'loss/policy': -0.5, entropy: 0.25, absent: null, broken: NaN });
  await writer.write(1, 1700000002, { absent: null });
  await writer.close();

  const [version, scalars, ...rest] = records(await readFile(writer.path)).map(fields);
  expect(rest).toEqual([]);
  expect(String(version!.get(3)![0])).toBe('brain.Event:2');
  expect((version!.get(1)![0] as Buffer).readDoubleLE()).toBe(1700000000.5);
  expect(scalars!.get(2)![0]).toBe(3_000_000_000);
  const values = fields(scalars!.get(5)![0] as Buffer)
    .get(1)!
    .map((value) => fields(value as Buffer));
  const pairs = values.map((value) => [String(value.get(1)![0]), (value.get(2)![0] as Buffer).readFloatLE()]);
  expect(pairs).toEqual([
    ['loss/policy', -0.5],
    ['entropy', 0.25],
  ]);
});
