import type { JournalLine } from './journal-entry.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * A line of a journal as it was read. Null: it was cut short, is of another file, or lacks what its readers lean on: a line that somebody
 * edited, or that another version wrote, must not keep a controller from starting.
 */
export function lineIn(text: string): JournalLine | null {
  const line = parsed(text);
  if (!isObject(line)) return null;
  // Before there were kinds, every line was a decision.
  const { kind = 'observation' in line ? 'decision' : null } = line;
  if (typeof kind !== 'string') return null;
  const isWhole = wholes[kind];
  // Another kind is of a later version, and nobody here reads it.
  const isKnown = isWhole === undefined || (isDated(line) && areTexts(line) && isWhole(line));
  return isKnown ? (line as unknown as JournalLine) : null;
}

const early = { rung: 'policy', because: null };

const wholes: Readonly<Record<string, (line: Fields) => boolean>> = {
  decision: ({
    observation,
    applied,
    action,
    outcome,
    timeSeconds,
    guardrails = [],
    decidedBy = early,
    variants = {},
  }) =>
    isObject(observation) &&
    Array.isArray(observation.pools) &&
    hasBins(observation.arrivals) &&
    isAction(applied) &&
    (action === null || isAction(action)) &&
    (outcome === null || isObject(outcome)) &&
    typeof timeSeconds === 'number' &&
    // Early versions had none of these.
    Array.isArray(guardrails) &&
    isObject(decidedBy) &&
    typeof decidedBy.rung === 'string' &&
    isText(decidedBy.because) &&
    isObject(variants),
  intent: ({ mutation }) => isObject(mutation),
  missed: ({ said }) => typeof said === 'string',
  past: ({ until, stepSeconds, requests }) =>
    typeof until === 'string' && typeof stepSeconds === 'number' && Array.isArray(requests),
};

function isDated({ id, at }: Fields): boolean {
  return typeof id === 'string' && typeof at === 'string' && !Number.isNaN(Date.parse(at));
}

function areTexts({ service, mode, policy, reason, held, fault }: Fields): boolean {
  return [service, mode, policy, reason, held, fault].every(isText);
}

function isText(value: unknown): boolean {
  return value == null || typeof value === 'string';
}

/** Null: arrivals were absent. */
function hasBins(arrivals: unknown): boolean {
  return arrivals == null || (isObject(arrivals) && Array.isArray(arrivals.perSecond));
}

function isAction(value: unknown): boolean {
  return isObject(value) && Array.isArray(value.vmCounts);
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
