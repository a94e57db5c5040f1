import { type Figure, type Role, verdict } from './figure.ts';

export interface Tally {
  readonly held: number;
  readonly of: number;
}

/** How many figures of each role hold; inputs are counted, but cannot fail. */
export interface Score {
  readonly predicted: Tally;
  readonly calibrated: Tally;
  readonly inputs: number;
}

export function scoreOf(figures: readonly Figure[]): Score {
  return {
    predicted: tally(figures, 'predicted'),
    calibrated: tally(figures, 'calibrated'),
    inputs: figures.filter((one) => one.role === 'input').length,
  };
}

function tally(figures: readonly Figure[], role: Role): Tally {
  const ofRole = figures.filter((one) => one.role === role);
  return { held: ofRole.filter((one) => verdict(one).holds).length, of: ofRole.length };
}
