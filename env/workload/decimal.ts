const decimal = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

/** Whether a cell holds a number in decimal digits: Number takes nothing for 0, and hexadecimals. */
export function isDecimal(text: string): boolean {
  return decimal.test(text);
}
