import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  mapEntriesOf,
  mapFilesOf,
  processOf,
  serverStatesOf,
  tableEntriesOf,
} from '../../../../env/aws/router/answers.ts';
import { statisticsOf, takesRequests } from '../../../../env/aws/router/statistics.ts';

const parsers = { mapEntriesOf, mapFilesOf, processOf, serverStatesOf, statisticsOf, tableEntriesOf };

test('entries of a map keep their keys and values', () => {
  expect(mapEntriesOf('0x558841b557b0 wait/strict 0\n0x558841b55840 variant inception-v3')).toEqual(
    new Map([
      ['wait/strict', '0'],
      ['variant', 'inception-v3'],
    ]),
  );
  expect(mapEntriesOf('')).toEqual(new Map());
});

test('counters that a table does not have are null, never 0', () => {
  const [entry] = tableEntriesOf('# table: t, type: string, size:1, used:1\n0x1: key=a/b use=0 exp=0 gpc0=3');
  expect(entry).toEqual({ key: 'a/b', gpc0: 3, conn_cur: null, http_req_cnt: null });
});

test('states are found by the names of their columns, whatever others there are', () => {
  const text =
    '1\n# new be_name srv_name srv_addr srv_op_state srv_admin_state srv_port more\n9 pool.a i-01 10.0.0.1 2 8 8080 x\n9 pool.a i-02 10.0.0.2 0 1 8080 x';
  expect(serverStatesOf(text)).toEqual([
    {
      backEnd: 'pool.a',
      name: 'i-01',
      address: '10.0.0.1',
      port: 8080,
      isUp: true,
      isDraining: true,
      isInMaintenance: false,
    },
    {
      backEnd: 'pool.a',
      name: 'i-02',
      address: '10.0.0.2',
      port: 8080,
      isUp: false,
      isDraining: false,
      isInMaintenance: true,
    },
  ]);
});

test('fields that HAProxy leaves empty are null, never 0', () => {
  const [row] = statisticsOf('# pxname,svname,qcur,scur,slim,status,rtime,\npool.a,BACKEND,3,,,UP,12,\n');
  expect(row).toMatchObject({
    proxy: 'pool.a',
    queued: 3,
    sessions: null,
    sessionLimit: null,
    responseMs: 12,
    queueMs: null,
  });
});

test.each([
  ['UP', true],
  ['UP 1/3', true],
  ['no check', true],
  ['DOWN', false],
  ['DRAIN', false],
  ['MAINT', false],
  ['NOLB', false],
])('a server that is %s takes requests: %s', (status, takes) => {
  expect(takesRequests({ ...statisticsOf(`# pxname,svname,status,\np,s,${status},\n`)[0]! })).toBe(takes);
});

describe('what is not understood is no answer:', () => {
  test.each([
    ['mapEntriesOf', 'Unknown map identifier. Please use #<id> or <file>.'],
    ['mapFilesOf', ''],
    ['processOf', 'Name: HAProxy'],
    ['serverStatesOf', "Can't find backend."],
    ['serverStatesOf', '1\n# be_name srv_name\npool.a i-01'],
    ['tableEntriesOf', 'No such table'],
    ['tableEntriesOf', '# table: t\n0x1: use=0'],
    ['statisticsOf', '<html>'],
    ['statisticsOf', '# pxname,svname,qcur,\np,s,many,\n'],
    ['statisticsOf', '# pxname,svname,qcur,\n"p,s,1,\n'],
  ] as const)('%s of %j', (parser, text) => {
    expect(() => parsers[parser](text)).toThrow(SyntaxError);
  });
  test('whatever text comes, a parser gives data or a SyntaxError', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(parsers)), fc.string(), (parse, text) => {
        try {
          parse(text);
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError);
        }
      }),
    );
  });
});
