import type { RunSummary } from './tally.ts';

/** The last line of a run, in words. */
export function farewell(summary: RunSummary): string {
  const { decisions, holds, usd, attainment, accuracy } = summary;
  const numbers = [
    `${decisions} ${decisions === 1 ? 'decision' : 'decisions'}`,
    ...(holds === 0 ? [] : [`in ${holds} of them the policy was set aside`]),
    `$${usd.toFixed(4)}`,
    attainment === null ? 'no request' : `${(100 * attainment).toFixed(2)} % in time`,
    accuracy === null ? 'no answer' : `accuracy ${accuracy.toFixed(4)}`,
  ];
  return `${endings[summary.end]}: ${numbers.join(', ')}${summary.mode === 'shadow' ? shadowWords(summary) : ''}.`;
}

const endings = {
  complete: 'Done',
  stopped: 'Stopped',
  abandoned: 'Stopped without waiting longer for the decision in flight',
} as const;

function shadowWords({ policyWrites, sameVms, hasIncumbent }: RunSummary): string {
  const percent = sameVms === null ? null : `${(100 * sameVms).toFixed(1)} %`;
  if (!hasIncumbent) {
    const kept = percent === null ? '' : `, and the guardrails left the VMs that it wanted in ${percent} of them`;
    return `, of a fleet that others drive: nothing was sent${kept}`;
  }
  const share = percent === null ? '' : `, and wanted the same VMs in ${percent} of them`;
  return `; all of it was the incumbent's doing: the shadow wrote ${policyWrites} actions${share}`;
}
