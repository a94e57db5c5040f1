import type { Intervention } from '../env/guardrails/guarded.ts';
import type { Action } from '../env/types.ts';
import type { JournalEntry } from './journal/journal-entry.ts';

/** A log line as controller/log.ts writes it: what is not a decision has no action. */
export interface LogLine {
  readonly level: string;
  readonly time: string;
  readonly msg: string;
  readonly decision?: string;
  readonly timeSeconds?: number;
  readonly mode?: string;
  readonly action?: Action | null;
  readonly applied?: Action;
  readonly variants?: JournalEntry['variants'];
  readonly attainment?: number | null;
  readonly usd?: number | null;
  readonly guardrails?: readonly Intervention[];
}

/** `10:15:00 #17 1020 s  2+0 VMs inception-v3 1769 MB  99.2 % in time  $0.00850  reason`; a warning says so before its reason. */
export function prettyLine(line: LogLine): string {
  const warning = line.level === 'info' ? '' : `${line.level}: `;
  const parts = [line.time.slice(11, 19), ...decisionParts(line), `${warning}${line.msg}`, ...guardrailParts(line)];
  return parts.join('  ');
}

function guardrailParts({ guardrails = [] }: LogLine): string[] {
  return guardrails.map(({ guardrail, said }) => `[${guardrail}] ${said}`);
}

function decisionParts(line: LogLine): string[] {
  if (line.applied === undefined) return [];
  const number = `#${line.decision?.split('/').at(-1) ?? '?'}`;
  const attainment =
    typeof line.attainment === 'number' ? `${(100 * line.attainment).toFixed(2)} % in time` : 'no request';
  // On AWS an interval is told once its minutes do not change any more.
  const came = typeof line.usd === 'number' ? [attainment, `$${line.usd.toPrecision(3)}`] : ['outcome not known yet'];
  return [
    `${number} ${line.timeSeconds ?? 0} s`,
    wordsOf(line.applied, line.variants?.applied),
    ...proposal(line),
    ...came,
  ];
}

/** Only where it is another one than what was applied. */
function proposal(line: LogLine): string[] {
  if (line.mode !== 'shadow' || !line.action) return [];
  const words = wordsOf(line.action, line.variants?.action);
  return words === wordsOf(line.applied!, line.variants?.applied) ? [] : [`(shadow: ${words})`];
}

function wordsOf(action: Action, variant: string | null = null): string {
  return `${action.vmCounts.join('+')} VMs ${variant ?? `v${action.variant}`} ${action.lambdaMemoryMb} MB`;
}
