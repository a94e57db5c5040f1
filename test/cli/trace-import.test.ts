import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ImportOptions, runImport } from '../../cli/trace-import.ts';
import { readDeployment } from '../../env/deployment/deployment.ts';
import { defaultPrices } from '../../env/prices.ts';
import { parseFault } from '../../env/twin/faults/script.ts';
import { openTwin, type Twin } from '../../env/twin/twin.ts';
import { parseTrace } from '../../env/workload/trace.ts';
import { machine } from './command-line.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spillway-import-'));
});
const weighted = 'examples/aws/weighted-classifier.yaml';
afterAll(() => rm(folder, { recursive: true }));

const commonLine = (second: number) =>
  `203.0.113.9 - - [22/Nov/2026:12:00:${String(second).padStart(2, '0')} +0200] "GET / HTTP/1.1" 200 2`;

async function importing(options: Partial<ImportOptions>): Promise<{ readonly out: string; readonly said: string }> {
  const out = options.out ?? join(folder, `${Math.floor(performance.now() * 1000)}.csv`);
  let said = '';
  await runImport(
    { days: 15, ...options, out },
    {
      environment: {},
      now: () => new Date('2026-11-22T12:00:00Z'),
      messages: new Writable({ write: (_chunk, _encoding, done) => done() }),
      write: (text) => {
        said += text;
      },
    },
  );
  return { out, said };
}

async function countsIn(file: string): Promise<number[]> {
  return [...parseTrace(await readFile(file, 'utf8'), file, 1).requests];
}

describe('spillway trace import --access-log', () => {
  test('counts the requests of each second, those of seconds without any as 0', async () => {
    const log = join(folder, 'access.log');
    await writeFile(log, `${[3, 1, 1, 5].map(commonLine).join('\n')}\n`);
    const { out, said } = await importing({ accessLog: [log] });
    expect(await countsIn(out)).toEqual([2, 0, 1, 0, 1]);
    expect(said).toContain('begins at 2026-11-22T10:00:01.000Z');
    expect(said).toContain('4 lines read');
    expect(said).toContain(`trace  ${out}`);
  });

  test('reads zipped logs, and several as one', async () => {
    const logs = [join(folder, 'a.log.gz'), join(folder, 'b.log')];
    await writeFile(logs[0]!, gzipSync(`${commonLine(2)}\n${commonLine(2)}\n`));
    await writeFile(logs[1]!, `${commonLine(1)}\n`);
    expect(await countsIn((await importing({ accessLog: logs })).out)).toEqual([1, 2]);
  });

  test('reads all files of a folder, however deep, and none that is hidden', async () => {
    const deep = join(folder, 'logs', '2026', '11');
    await mkdir(deep, { recursive: true });
    await writeFile(join(deep, 'a.log.gz'), gzipSync(`${commonLine(2)}\n`));
    await writeFile(join(folder, 'logs', 'b.log'), `${commonLine(1)}\n`);
    await writeFile(join(folder, 'logs', '.DS_Store'), 'no log\n'.repeat(99));
    await mkdir(join(folder, 'logs', '.cache'));
    await writeFile(join(folder, 'logs', '.cache', 'c'), 'no log\n'.repeat(99));
    expect(await countsIn((await importing({ accessLog: [join(folder, 'logs')] })).out)).toEqual([1, 1]);
    await writeFile(join(folder, 'logs', 'c.txt'), 'no log\n');
    await expect(importing({ accessLog: [join(folder, 'logs')] })).rejects.toThrow(
      `${join('logs', 'c.txt')}: 1 of all 3 lines are neither`,
    );
    await mkdir(join(folder, 'empty'));
    await expect(importing({ accessLog: [join(folder, 'empty')] })).rejects.toThrow('is a folder without files');
  });

  test('leaves out a stray line and says so, and refuses what is no access log', async () => {
    const log = join(folder, 'stray.log');
    await writeFile(log, `${Array.from({ length: 200 }, (_, line) => commonLine(line % 60)).join('\n')}\nwhat?\n`);
    expect((await importing({ accessLog: [log] })).said).toContain('1 line of another format left out');
    const other = join(folder, 'other.json');
    await writeFile(other, '{}\n{}\n');
    const out = join(folder, 'never.csv');
    await expect(importing({ accessLog: [other], out })).rejects.toThrow('2 of 2 lines are neither');
    expect(existsSync(out)).toBe(false);
  });

  test('counts only requests of the target groups of a deployment, and says what it left out', async () => {
    const { deployment } = await readDeployment(weighted);
    const [own] = deployment.pools[0]!.targetGroups;
    const other = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/other/9999999999999999';
    const line = (second: number, group: string) =>
      `http 2026-11-22T10:00:09Z app/x/1 203.0.113.9:1 10.0.0.1:80 0 0 0 200 200 6 5 "GET / HTTP/1.1" "c" - - ${group} "r" "-" "-" 1 2026-11-22T10:00:0${second}Z "forward"`;
    const log = join(folder, 'shared.log');
    const lines = [line(1, own!), line(2, other), line(3, own!), line(4, '-')];
    await writeFile(log, `${lines.join('\n')}\n`);
    const { out, said } = await importing({ accessLog: [log], deployment: weighted });
    expect(await countsIn(out)).toEqual([1, 0, 1]);
    expect(said).toContain('1 request of other target groups left out');
    expect(said).toContain('1 request for which no target group was chosen left out');
    expect(await countsIn((await importing({ accessLog: [log] })).out)).toEqual([1, 1, 1, 1]);
    await writeFile(log, `${line(2, other)}\n`);
    await expect(importing({ accessLog: [log], deployment: weighted })).rejects.toThrow('none of 1 lines');
    await writeFile(log, `${commonLine(2)}\n`);
    await expect(importing({ accessLog: [log], deployment: weighted })).rejects.toThrow('does not tell target groups');
  });

  test('refuses a zipped log that was cut off, and writes nothing', async () => {
    const log = join(folder, 'cut.log.gz');
    await writeFile(log, gzipSync(`${commonLine(1)}\n`.repeat(500)).subarray(0, 60));
    const out = join(folder, 'cut.csv');
    await expect(importing({ accessLog: [log], out })).rejects.toThrow('give a whole file');
    expect(existsSync(out)).toBe(false);
  });

  test('counts a log once, however often it is named, and refuses a copy of it', async () => {
    const lines = `${Array.from({ length: 30 }, (_, second) => commonLine(second)).join('\n')}\n`;
    const logs = join(folder, 'twice');
    await mkdir(logs);
    await writeFile(join(logs, 'a.log'), lines);
    const { said } = await importing({ accessLog: [logs, join(logs, 'a.log')] });
    expect(said).toContain('30 lines read');
    await writeFile(join(logs, 'a.log.gz'), gzipSync(`${lines}${commonLine(31)}\n`));
    await expect(importing({ accessLog: [logs] })).rejects.toThrow(/begins with the same 20 lines as .*a\.log/);
  });

  test('tells the longest silence, where a log may be missing', async () => {
    const log = join(folder, 'silent.log');
    const json = (minute: number) => `{"time":"2026-11-22T${new Date(60_000 * minute).toISOString().slice(11)}"}`;
    await writeFile(log, `${[0, 1, 2, 180, 181].map(json).join('\n')}\n`);
    expect((await importing({ accessLog: [log] })).said).toContain(
      'the longest silence, 3 h from 2026-11-22T00:02:01.000Z on,',
    );
    await writeFile(log, `${[0, 1, 2, 10, 11].map(json).join('\n')}\n`);
    expect((await importing({ accessLog: [log] })).said).not.toContain('silence');
  });

  test('says where times had no zone, as those of HAProxy', async () => {
    const log = join(folder, 'haproxy.log');
    const line = (second: number) =>
      `h haproxy[1]: 10.0.1.2:33 [22/Nov/2026:10:00:0${second}.000] in b/s 1/0/3/6/1 200 27 - - ---- 1/1/1/1/0 0/0 "GET / HTTP/1.1"`;
    await writeFile(log, `${line(1)}\n${line(2)}\n`);
    const zoneless = 'times without a zone are taken for UTC';
    expect((await importing({ accessLog: [log] })).said).toContain(zoneless);
    await writeFile(log, `${commonLine(1)}\n${commonLine(2)}\n`);
    expect((await importing({ accessLog: [log] })).said).not.toContain(zoneless);
  });

  test('overwrites no file and leaves no other behind', async () => {
    const log = join(folder, 'mine.log');
    await writeFile(log, `${commonLine(1)}\n${commonLine(2)}\n`);
    const out = join(folder, 'there.csv');
    await writeFile(out, 'mine');
    await expect(importing({ accessLog: [log], out })).rejects.toThrow('is there already');
    expect(await readFile(out, 'utf8')).toBe('mine');
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('spillway trace import --counts', () => {
  test('writes the trace, and says when it begins and what was made of holes', async () => {
    const table = join(folder, 'table.csv');
    await writeFile(table, 'time,n\n2026-11-22 12:00,6\n2026-11-22 12:01,8\n2026-11-22 12:03,10\n');
    const { out, said } = await importing({ counts: [table] });
    expect(await countsIn(out)).toEqual([6, 8, 9, 10]);
    expect(said).toContain('begins at 2026-11-22T12:00:00.000Z');
    expect(said).toContain('times without a zone are taken for UTC');
    expect(said).toContain('1 step that nobody knows drawn from the neighbours');
    expect(await countsIn((await importing({ counts: [table], missing: 'zero' })).out)).toEqual([6, 8, 0, 10]);
  });
});

describe('spillway trace import --cloudwatch', () => {
  const file = 'examples/aws/weighted-classifier.yaml';
  const startedAt = new Date('2026-11-22T12:00:00Z');
  /** [minute] What came: a quiet quarter of an hour, and a rush beyond the fleet. */
  const minutes = Array.from({ length: 60 }, (_, minute) =>
    minute >= 20 && minute < 35 ? 0 : 600 + 60 * (minute % 7),
  );

  async function openWorld(): Promise<Twin> {
    const { deployment, profile } = await readDeployment(file);
    const requests = Float64Array.from(minutes);
    const workload = { name: 'mine', stepSeconds: 60, requests, counted: true };
    const twin = await openTwin({ deployment, profile, workload, prices: defaultPrices, seed: 1, startedAt });
    twin.advance(3600);
    return twin;
  }

  test('gives back the arrivals that went into a twin, quiet minutes as zeros', async () => {
    const twin = await openWorld();
    const { out, said } = await importing({ cloudwatch: true, deployment: file, rehearsal: twin.url, days: 0.05 });
    const { deployment } = await readDeployment(file);
    await twin.close();
    const known = minutes.length - deployment.metrics.offsetSeconds / 60;
    const read = await countsIn(out);
    expect(read).toEqual(minutes.slice(0, known));
    expect(said).toContain(`begins at ${startedAt.toISOString()}`);
    expect(said).toMatch(/minutes are known, in 15 of them nothing came/);
  });

  test('writes nothing where CloudWatch refuses', async () => {
    const twin = await openWorld();
    twin.inject(parseFault('{"kind": "deny", "operation": "GetMetricData", "for": 100000}', 0));
    const out = join(folder, 'denied.csv');
    await expect(
      importing({ cloudwatch: true, deployment: file, rehearsal: twin.url, days: 0.05, out }),
    ).rejects.toThrow(/GetMetricData.*nothing was written/);
    await twin.close();
    expect(existsSync(out)).toBe(false);
  });
});

describe('spillway trace import refuses', () => {
  const image = 'examples/aws/image-classifier.yaml';
  const weighted = 'examples/aws/weighted-classifier.yaml';
  test.each([
    ['no source', [], 'one of --cloudwatch, --access-log and --counts'],
    [
      'two sources',
      ['--cloudwatch', '--deployment', image, '--access-log', 'a.log'],
      'one of --cloudwatch, --access-log and --counts',
    ],
    ['no deployment', ['--cloudwatch'], 'needs --deployment'],
    ['more days than CloudWatch keeps', ['--cloudwatch', '--deployment', image, '--days', '16'], '--days 16'],
    ['a router that CloudWatch does not know', ['--cloudwatch', '--deployment', image], 'names no loadBalancer'],
    [
      'a rehearsal on another machine',
      ['--cloudwatch', '--deployment', weighted, '--rehearsal', 'http://192.0.2.1:80'],
      '--rehearsal',
    ],
    ['a log that is not there', ['--access-log', 'nowhere.log'], 'there is no such file'],
    ['counts and a log', ['--counts', 'a.csv', '--access-log', 'a.log'], 'one of --cloudwatch'],
    ['counts that are not there', ['--counts', 'nowhere.csv'], 'there is no such file'],
    ['another kind of values', ['--counts', 'nowhere.csv', '--values', 'sums'], 'counts, rates'],
    ['a folder of something else', ['--access-log', 'examples'], 'lines are neither of a load balancer'],
  ])('%s', async (_, words, sentence) => {
    const out = join(folder, 'refused.csv');
    const answer = await machine().call('trace', 'import', ...words, '--out', out, '--quiet');
    expect(answer).toMatchObject({ code: 2, errors: expect.stringContaining(sentence) });
    expect(existsSync(out)).toBe(false);
  });
});
