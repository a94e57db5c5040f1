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
  // Of a service that is asked a few times in an hour, two decimals would be nothing.
  const rate = (value: number) => `${value === 0 || value >= 0.1 ? value.toFixed(2) : value.toPrecision(2)} req/s`;
  const rows = [
    ['duration', `${summary.durationSeconds} s in steps of ${summary.stepSeconds} s`],
    ['requests', `${Math.round(summary.requests)}${workload.counted ? '' : ' expected'}`],
    ['mean', rate(summary.mean)],
    ['median', rate(summary.median)],
    ['peak', rate(summary.peak)],
    ['peak/median', `${ratio(summary.peakToMedian)}, over whole minutes ${ratio(summary.peakToMedianMinutes)}`],
  ];
  return `${[workload.name, ...columns(rows)].join('\n')}\n`;
}
