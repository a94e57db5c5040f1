import { latencyEdges, tables } from '../../deployment/router-layout.ts';
import { latencyFile } from './map-files.ts';

/** Every answer is counted by class, variant, verdict and latency, until its headers are here; 5xx and 429 are no answers. */
export function countedAnswers(folder: string): string[] {
  return [
    '# Answers, timed from the request to the head of its answer.',
    'acl is_failed status ge 500',
    'acl is_failed status 429',
    'http-response set-var(txn.ms) date(0,ms),sub(txn.start)',
    'http-response set-var(txn.verdict) str(late)',
    'http-response set-var(txn.verdict) str(in-time) if { var(txn.deadline),sub(txn.ms) ge 0 }',
    'http-response set-var(txn.key) var(txn.class),concat(/,txn.answer),concat(/,txn.verdict)',
    `http-response track-sc1 var(txn.key) table ${tables.answers} unless is_failed`,
    'http-response sc-inc-gpc0(1) unless is_failed',
    `http-response set-var(txn.bin) var(txn.ms),map_int(${folder}/${latencyFile},${latencyEdges.at(-1)})`,
    `http-response track-sc2 var(txn.bin) table ${tables.latencies} unless is_failed`,
    'http-response sc-inc-gpc0(2) unless is_failed',
  ];
}

/** Where the counts live. They are few: a key per class and place, per class, variant and verdict, per bin. */
export function tableSections(): string[][] {
  const table = (name: string, stored: string) => [
    `backend ${name}`,
    `  stick-table type string len 256 size 10k store ${stored}`,
  ];
  return [
    table(tables.arrivals, 'conn_cur,http_req_cnt,http_req_rate(1s)'),
    table(tables.answers, 'gpc0'),
    table(tables.latencies, 'gpc0'),
  ];
}
