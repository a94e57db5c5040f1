import type { Workload } from '../env/types.ts';
import { columns } from './columns.ts';
import { traceSummary } from './trace-summary.ts';

export function traceText({ stepSeconds, requests }: Workload): string {
  const lines = Array.from(requests, (count, bin) => `${bin * stepSeconds},${count}\n`);
  return `time_s,requests\n${lines.join('')}`;
}

export function summaryText(workload: Workload): string {
  const summary = traceSummary(workload);
  const ratio = (value: number | null) => (value === null ? 'none' : value.toFixed(2));
  const rows = [
    ['duration', `${summary.durationSeconds} s in steps of ${summary.stepSeconds} s`],
    ['requests', `${Math.round(summary.requests)}${workload.counted ? '' : ' expected'}`],
    ['mean', `${summary.mean.toFixed(2)} req/s`],
    ['median', `${summary.median.toFixed(2)} req/s`],
    ['peak', `${summary.peak.toFixed(2)} req/s`],
    ['peak/median', `${ratio(summary.peakToMedian)}, over whole minutes ${ratio(summary.peakToMedianMinutes)}`],
  ];
  return `${[workload.name, ...columns(rows)].join('\n')}\n`;
}
