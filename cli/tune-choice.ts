import { formatShare } from '../policies/evaluation/format.ts';
import type { Choice, Gain } from '../policies/tuning/choice.ts';

/** Of one rule among several. */
export function choiceLine(choice: Choice): string {
  const [rule] = choice.chosen.specification.split(':');
  return `${rule}: ${choiceText(choice)}`;
}

/** Whether the rule keeps what was known of it, and why. */
export function choiceText({ chosen, known, best, reason, gains }: Choice): string {
  const gain = gains.map(gainText).join(' and ');
  const before = known.specification.includes(':') ? known.specification : 'its defaults';
  switch (reason) {
    case 'best-is-known':
      return `keeps ${before}: nothing better was found`;
    case 'within-error':
      return `keeps ${before}: ${best.specification} gains ${gain}, which is too little beside its error, without its best source, or for what it gives away of the promise`;
    case 'beyond-error':
      return `replaces ${before}, beyond its error: it gains ${gain}`;
    case 'promise':
      return `replaces ${before}, which falls shorter of the promise, or of its reserve`;
    case 'one-source':
      return `${chosen.specification} is the best on the one source that there is, which shows no error`;
  }
}

const names = { recorded: 'recorded sources', drawn: 'drawn ones', all: 'sources' };

function gainText({ kind, sources, others, ...all }: Gain): string {
  const rest = others === null ? '' : ` (${meanText(others)} without the one where it gains most)`;
  return `${meanText(all)} on ${sources} ${names[kind]}${rest}`;
}

function meanText({ mean, standardError }: Pick<Gain, 'mean' | 'standardError'>): string {
  const costRatio = Math.exp(-mean);
  return `${formatShare(1 - costRatio)} ± ${formatShare(costRatio * standardError)}`;
}
