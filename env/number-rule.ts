/** The legal range of a number that a person writes, for checking and for saying. */
export interface NumberRule {
  readonly least?: number;
  readonly above?: number;
  readonly most?: number;
  readonly below?: number;
  readonly whole?: boolean;
}

export function obeys(value: number, rule: NumberRule): boolean {
  return (
    Number.isFinite(value) &&
    value >= (rule.least ?? -Infinity) &&
    value > (rule.above ?? -Infinity) &&
    value <= (rule.most ?? Infinity) &&
    value < (rule.below ?? Infinity) &&
    (!rule.whole || Number.isSafeInteger(value))
  );
}

/** In words: `a whole number of at least 1`. */
export function legalRange(rule: NumberRule): string {
  const noun = rule.whole ? 'a whole number' : 'a number';
  const bounds = [
    rule.least === undefined ? '' : `of at least ${rule.least}`,
    rule.above === undefined ? '' : `above ${rule.above}`,
    rule.most === undefined ? '' : `at most ${rule.most}`,
    rule.below === undefined ? '' : `below ${rule.below}`,
  ].filter((bound) => bound !== '');
  return bounds.length === 0 ? noun : `${noun} ${bounds.join(' and ')}`;
}
