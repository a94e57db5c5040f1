import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CountOptions, readCounts } from '../../cli/read-counts.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spillway-counts-'));
});
afterAll(() => rm(folder, { recursive: true }));

const startMs = Date.parse('2026-11-22T12:00:00Z');
const counts = [12, 0, 7, 3, 9];
const iso = (minute: number) => new Date(startMs + 60_000 * minute).toISOString();
const seconds = (minute: number) => startMs / 1000 + 60 * minute;
const rows = (line: (count: number, minute: number) => string) => counts.map(line).join('\n');

async function read(content: string | Uint8Array | readonly string[], options: Partial<CountOptions> = {}) {
  const contents = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
  const files = contents.map((_, index) => join(folder, `export-${index}`));
  for (const [index, one] of contents.entries()) await writeFile(files[index]!, one);
  return readCounts(files, { meaning: null, missing: 'unknown', column: null, ...options });
}

const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);

describe('the same minutes are read', () => {
  test.each<[string, string | Uint8Array, Partial<CountOptions>?]>([
    ['from dates', `timestamp,count\n${rows((count, minute) => `${iso(minute)},${count}`)}\n`],
    ['from seconds', `time_s,requests\n${rows((count, minute) => `${seconds(minute)},${count}`)}\n`],
    ['from milliseconds', `ts,requests\n${rows((count, minute) => `${seconds(minute)}000,${count}`)}\n`],
    ['without a header', rows((count, minute) => `${seconds(minute)},${count}`)],
    [
      'of a spreadsheet',
      `\ufeffTime;Requests\r\n${rows((count, minute) => `${iso(minute)};${count}`)}\r\n`.replace(/(?<!\r)\n/g, '\r\n'),
    ],
    ['of a spreadsheet in UTF-16', utf16(`Time\tRequests\r\n${rows((count, minute) => `${iso(minute)}\t${count}`)}`)],
    ['zipped', gzipSync(`time,n\n${rows((count, minute) => `${iso(minute)},${count}`)}`)],
    [
      'in any order',
      `time,n\n${[...rows((count, minute) => `${iso(minute)},${count}`).split('\n')].reverse().join('\n')}`,
    ],
    ['exported twice', `time,n\n${rows((count, minute) => `${iso(minute)},${count}\n${iso(minute)},${count}`)}`],
    [
      'from a named column',
      `time,errors,good\n${rows((count, minute) => `${iso(minute)},1,${count}`)}`,
      { column: 'good' },
    ],
    ['from a column of that name', `host,time,requests\n${rows((count, minute) => `a,${iso(minute)},${count}`)}`],
    [
      'from a column of that name before one in another language',
      `requests;Zeit\n${rows((count, minute) => `${count};${iso(minute)}`)}`,
    ],
    [
      'from a named column before one in another language',
      `Anfragen,Zeit,Fehler\n${rows((count, minute) => `${count},${iso(minute)},1`)}`,
      { column: 'Anfragen' },
    ],
    ['from rates', `time,rps\n${rows((count, minute) => `${iso(minute)},${count / 60}`)}`, { meaning: 'rates' }],
    [
      'of get-metric-statistics',
      JSON.stringify({
        Label: 'RequestCount',
        Datapoints: counts
          .map((Sum, minute) => ({ Timestamp: iso(minute).replace('Z', '+00:00'), Sum, Unit: 'Count' }))
          .reverse(),
      }),
    ],
    [
      'of get-metric-data, of two target groups',
      JSON.stringify({
        MetricDataResults: [1, 2].map((one) => ({
          Id: `m${one}`,
          Timestamps: counts.map((_, minute) => iso(minute)),
          Values: counts.map((count) => (one === 1 ? Math.min(count, 2) : Math.max(0, count - 2))),
        })),
      }),
    ],
    [
      'of query_range',
      JSON.stringify({
        status: 'success',
        data: {
          resultType: 'matrix',
          result: [{ metric: {}, values: counts.map((count, minute) => [seconds(minute), `${count / 60}`]) }],
        },
      }),
      { meaning: 'rates' },
    ],
  ])('%s', async (_, content, options) => {
    const { workload, beganAtMs } = await read(content, options);
    expect([...workload.requests]).toEqual(counts);
    expect(workload.stepSeconds).toBe(60);
    expect(beganAtMs).toBe(startMs);
  });
});

describe('what is not there', () => {
  const holed = 'time,n\n0,10\n60,20\n240,50\n300,60\n';

  test('is told by its neighbours, or nothing where that is said', async () => {
    expect([...(await read(holed)).workload.requests]).toEqual([10, 20, 30, 40, 50, 60]);
    expect([...(await read(holed, { missing: 'zero' })).workload.requests]).toEqual([10, 20, 0, 0, 50, 60]);
    expect((await read(holed)).notes.join()).toMatch(/2 steps that nobody knows drawn from the neighbours/);
  });

  test('for more than ten minutes ends the trace, and what is left out is told', async () => {
    const { workload, beganAtMs, notes } = await read(
      `time,n\n${[0, 60, 6000, 6060, 6120].map((at) => `${at},5`).join('\n')}`,
    );
    expect(workload.requests).toHaveLength(3);
    expect(beganAtMs).toBeNull();
    expect(notes.join()).toContain('2 steps left out');
  });

  test('is what monitoring writes as NaN, null or nothing', async () => {
    const { workload } = await read('time,n\n0,10\n60,NaN\n120,null\n180,\n240,50\n');
    expect([...workload.requests]).toEqual([10, 20, 30, 40, 50]);
  });

  test('is another thing than what is no number: that nobody knows, also where what is not there is zero', async () => {
    const { workload, notes } = await read('time,n\n0,10\n60,NaN\n120,null\n180,\n240,50\n', { missing: 'zero' });
    expect([...workload.requests]).toEqual([10, 5, 0, 0, 50]);
    expect(notes.join()).toContain('2 steps not there: taken for zero');
    expect(notes.join()).toContain('1 step that nobody knows drawn from the neighbours');
  });

  test('makes no sum smaller: what one of several series does not know, nobody knows of all of them', async () => {
    const series = (values: readonly string[]) => ({ metric: {}, values: values.map((value, at) => [60 * at, value]) });
    const result = [series(['10', 'NaN', '30']), series(['1', '2', '3'])];
    const { workload } = await read(JSON.stringify({ data: { resultType: 'matrix', result } }), { meaning: 'counts' });
    expect([...workload.requests]).toEqual([11, 22, 33]);
  });
});

test('where files overlap, the larger count is taken: the newest step of an export was not over', async () => {
  const { workload, notes } = await read(['time,n\n0,10\n60,20\n120,3\n', 'time,n\n120,30\n180,40\n']);
  expect([...workload.requests]).toEqual([10, 20, 30, 40]);
  expect(notes.join()).toContain('of 1 step that files tell differently the larger count is taken');
});

test('fractions are rounded so that nothing of the sum is lost', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.double({ min: 0, max: 50, noNaN: true }), { minLength: 2, maxLength: 60 }),
      async (rates) => {
        const { workload } = await read(
          `time,n\n${rates.map((rate, step) => `${60 * step},${rate.toFixed(6)}`).join('\n')}`,
          {
            meaning: 'counts',
          },
        );
        const sum = rates.reduce((total, rate) => total + rate, 0);
        expect(Math.abs(workload.requests.reduce((total, count) => total + count, 0) - sum)).toBeLessThanOrEqual(0.51);
        expect([...workload.requests].every(Number.isInteger)).toBe(true);
      },
    ),
  );
});

describe('is refused, with the place and the remedy:', () => {
  test.each<[string, string, RegExp, Partial<CountOptions>?]>([
    ['an empty file', '', /is empty/],
    ['one column', 'a\nb\n', /one column/],
    [
      'a date that two countries read differently',
      'time,n\n11/12/2026 10:00,5\n',
      /export-0:2: the time is "11\/12\/2026 10:00"/,
    ],
    ['marks between thousands', 'time,n\n0,"1,200"\n60,5\n', /without marks between thousands/],
    ['fractions of which nobody said what they are', 'time,n\n0,1.5\n60,2\n', /export-0:2: .*--values rates/],
    ['less than nothing', 'time,n\n0,5\n60,-2\n', /export-0:3: the count is -2/],
    [
      'two counts of one time',
      'time,n\n0,5\n60,2\n60,3\n',
      /export-0:4: tells 3 of the time of which .*export-0:3 tells 2/,
    ],
    ['a time between the others', 'time,n\n0,5\n60,2\n120,2\n150,2\n240,1\n', /not on the steps of 60 s/],
    ['a time of another age', 'time,n\n0,5\n1,2\n2,2\n1763812800,5\n', /is one of its times wrong/],
    ['more than anybody serves', 'time,n\n0,5\n60,1e30\n', /at most 10000000/],
    ['several columns', 'time,a,b\n0,1,2\n60,1,2\n', /--column/],
    ['several columns without names', '0,1,2\n60,1,2\n', /write a line of names above/],
    ['a column of a table without names', '0,1\n60,1\n', /write a line of names above/, { column: 'n' }],
    ['the column of times', 'time,n\n0,1\n60,1\n', /no such column of counts, but n:/, { column: 'time' }],
    ['a day that there is not', 'time,n\n2026-02-29,5\n2026-03-01,5\n', /export-0:2: the time is "2026-02-29"/],
    ['a column that is not there', 'time,requests,b\n0,1,2\n', /did you mean "requests"/, { column: 'request' }],
    ['one time', 'time,n\n0,5\n', /must hold 2/],
    ['other JSON', '{"a": 1}', /neither an answer of CloudWatch/],
    ['half of a JSON', '{"Datapoints": [', /give a whole file/],
    ['averages', '{"Datapoints": [{"Timestamp": "2026-11-22T12:00:00Z", "Average": 3}]}', /--statistics Sum/],
    [
      'Prometheus without a word',
      '{"data":{"resultType":"matrix","result":[{"values":[[1,"2"],[61,"3"]]}]}}',
      /--values/,
    ],
  ])('%s', async (_, content, sentence, options) => {
    await expect(read(content, options)).rejects.toThrow(sentence);
  });

  test('a zipped file that was cut off', async () => {
    await expect(read(gzipSync('time,n\n'.repeat(500)).subarray(0, 30))).rejects.toThrow('cut off');
  });
});
