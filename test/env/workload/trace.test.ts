import { describe, expect, test } from 'vitest';
import { InputProblem } from '../../../env/problem.ts';
import { parseTrace } from '../../../env/workload/trace.ts';

describe('a trace', () => {
  test('is named after its file and holds the counts as they are', () => {
    const trace = parseTrace('time_s,requests\n0,3\n60,0\n120,5\n', 'folder/day-1.csv', 1);
    expect(trace).toEqual({ name: 'day-1', stepSeconds: 60, requests: Float64Array.of(3, 0, 5), counted: true });
  });

  test('that is scaled says so in its name and is no longer counted', () => {
    const trace = parseTrace('time_s,requests\n0,3\n1,5\n', 'day.csv', 0.5);
    expect(trace).toEqual({ name: 'day-x0.5', stepSeconds: 1, requests: Float64Array.of(1.5, 2.5), counted: false });
  });

  test('may have its columns in any order, others beside them, a byte-order mark and Windows line ends', () => {
    const trace = parseTrace('\uFEFFrequests, host ,time_s\r\n3,a,0\r\n5,b,2\r\n', 'day.csv', 1);
    expect(trace.requests).toEqual(Float64Array.of(3, 5));
    expect(trace.stepSeconds).toBe(2);
  });

  test('may have rounded times', () => {
    const trace = parseTrace('time_s,requests\n0,1\n0.3333,1\n0.6667,1\n1,1\n', 'day.csv', 1);
    expect(trace.stepSeconds).toBeCloseTo(1 / 3, 9);
  });
});

describe('a wrong trace is refused with file and line:', () => {
  test.each<[string, string, string]>([
    ['empty file', '', 'bad.csv:1: the file is empty'],
    ['only a header', 'time_s,requests\n', 'bad.csv:1: the trace has 0 bins'],
    ['only one row', 'time_s,requests\n0,1\n', 'bad.csv:2: the trace has 1 bin,'],
    ['missing count column', 'time_s,count\n0,1\n1,1\n', 'bad.csv:1: the column requests is missing'],
    ['missing time column', 'time,requests\n0,1\n1,1\n', 'bad.csv:1: the column time_s is missing'],
    [
      'the same column twice',
      'time_s,requests,requests\n0,1,2\n1,1,2\n',
      'bad.csv:1: the column requests is there twice',
    ],
    ['no header', '0,1\n1,1\n', 'bad.csv:1: the column time_s is missing'],
    ['negative count', 'time_s,requests\n0,1\n1,-4\n', 'bad.csv:3: requests is -4, but must be a whole number from 0'],
    ['fractional count', 'time_s,requests\n0,0.5\n1,1\n', 'bad.csv:2: requests is 0.5, but must be a whole number'],
    ['count in letters', 'time_s,requests\n0,1\n1,many\n', 'bad.csv:3: requests is "many", but must be'],
    ['count in hexadecimal', 'time_s,requests\n0,1\n1,0x10\n', 'bad.csv:3: requests is "0x10", but must be'],
    ['infinite count', 'time_s,requests\n0,1\n1,1e999\n', 'bad.csv:3: requests is "1e999", but must be'],
    ['missing count', 'time_s,requests\n0,1\n1\n', 'bad.csv:3: requests is missing'],
    ['empty count', 'time_s,requests\n0,1\n1,\n', 'bad.csv:3: requests is missing'],
    [
      'uneven step',
      'time_s,requests\n0,1\n1,1\n\n3,1\n',
      'bad.csv:5: time_s is 3, a step of 2 s, but must be a step of 1 s',
    ],
    ['step of 0', 'time_s,requests\n0,1\n0,1\n', 'bad.csv:3: time_s is 0, but must be above the 0 before it'],
    ['falling time', 'time_s,requests\n0,1\n1,1\n0.5,1\n', 'bad.csv:4: time_s is 0.5, but must be above the 1'],
    ['late start', 'time_s,requests\n10,1\n11,1\n', 'bad.csv:2: time_s is 10, but must be 0 in the first bin'],
    ['open quote', 'time_s,requests\n0,1\n1,"1\n', 'bad.csv:3: the line is not valid CSV'],
  ])('%s', (_name, text, start) => {
    const parse = () => parseTrace(text, 'bad.csv', 1);
    expect(parse).toThrow(InputProblem);
    expect(parse).toThrow(start);
    expect(parse).toThrow(/: .+: .+\.$/); // what is wrong and what is legal, then the remedy
  });

  test.each([0, -1, Number.NaN, Infinity])('scale %d', (scale) => {
    expect(() => parseTrace('time_s,requests\n0,1\n1,1\n', 'bad.csv', scale)).toThrow('must be a number above 0');
  });
});
