import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readProfile } from '../../env/profile.ts';
import { machine } from './command-line.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spillway-profile-'));
});
afterAll(() => rm(folder, { recursive: true }));

const service = 'examples/image-classifier.yaml';
const header = 'variant,resource,memory_mb,batch,latency_ms,cold\n';

async function fitted(name: string, samples: string, ...more: string[]) {
  const file = join(folder, `${name}.csv`);
  const out = join(folder, `${name}.yaml`);
  await writeFile(file, samples);
  const answer = await machine().call('profile', 'fit', file, '--service', service, '--out', out, ...more);
  return { ...answer, out };
}

describe('spillway profile fit', () => {
  test('writes a profile with the measured mean, a table of the errors, and the fit as data', async () => {
    const json = join(folder, 'fit.json');
    const rows = [90, 100, 110].map((ms) => `inception-v3,cpu,,1,${ms},\n`).join('');
    const answer = await fitted('good', header + rows, '--json', json);
    expect(answer).toMatchObject({ code: 0, errors: '', output: expect.stringContaining('inception-v3 on cpu') });
    expect(answer.output).toContain('few samples');
    expect((await readProfile(answer.out)).pools[0]!.serviceMs[1]).toBe(100);
    expect(JSON.parse(await readFile(json, 'utf8'))).toMatchObject({ places: [{ samples: 3, serviceMs: 100 }] });
  });

  test('writes nothing but the fit to the standard output where that is asked for, and the profile to its file', async () => {
    const rows = [90, 100, 110].map((ms) => `inception-v3,cpu,,1,${ms},\n`).join('');
    const answer = await fitted('shown', header + rows, '--json', '-');
    expect(answer.code).toBe(0);
    expect(JSON.parse(answer.output)).toMatchObject({ places: [{ samples: 3, serviceMs: 100 }] });
    expect(existsSync(answer.out)).toBe(true);
    expect(existsSync('-')).toBe(false);
  });

  test.each([
    ['a pool that there is not', 'inception-v3,tpu,,1,90,\n', 'resource is "tpu"'],
    ['a memory size without a cold answer', 'inception-v3,lambda,2048,1,90,\n', 'has no cold answer'],
  ])('refuses %s and writes nothing', async (name, row, sentence) => {
    const answer = await fitted(name, header + row);
    expect(answer).toMatchObject({ code: 2, output: '', errors: expect.stringContaining(sentence) });
    expect(existsSync(answer.out)).toBe(false);
  });
});
