/** A value as a refusal quotes it: short, texts in quotes. */
export function shown(value: unknown): string {
  const whole = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return whole.length > 60 ? `${whole.slice(0, 57)}...` : whole;
}
