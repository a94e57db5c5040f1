/** Stands in for the logit of a masked option: its probability is exactly 0. */
const maskedLogit = -1e8;

/**
 * Log-probabilities of the options of one head.
 *
 * @param logits starts at `from`; `mask` at `maskFrom`: 1 allowed, 0 not
 * @param into filled from `intoFrom` with `size` numbers; a masked option's is below −1e7
 */
export function logSoftmax(
  logits: Float32Array,
  from: number,
  mask: Uint8Array,
  maskFrom: number,
  size: number,
  into: Float64Array,
  intoFrom = 0,
): void {
  let top = -Infinity;
  for (let option = 0; option < size; option++) {
    const logit = mask[maskFrom + option] === 1 ? logits[from + option]! : maskedLogit;
    into[intoFrom + option] = logit;
    if (logit > top) top = logit;
  }
  let sum = 0;
  for (let option = 0; option < size; option++) sum += Math.exp(into[intoFrom + option]! - top);
  const shift = top + Math.log(sum);
  for (let option = 0; option < size; option++) into[intoFrom + option] = into[intoFrom + option]! - shift;
}

/** Draws an option by its probability (inversion); `uniform` in [0, 1). A masked option is never drawn. */
export function drawOption(logProbabilities: Float64Array, size: number, uniform: number): number {
  let left = uniform;
  let drawn = 0;
  for (let option = 0; option < size; option++) {
    const probability = Math.exp(logProbabilities[option]!);
    if (probability === 0) continue;
    drawn = option;
    left -= probability;
    if (left < 0) break;
  }
  return drawn;
}

/** The allowed option with the largest logit in every head; the first of equals. */
export function likeliest(logits: Float32Array, mask: Uint8Array, heads: readonly number[], into: Int32Array): void {
  let from = 0;
  for (const [head, size] of heads.entries()) {
    let best = -1;
    for (let option = 0; option < size; option++) {
      if (mask[from + option] !== 1) continue;
      if (best < 0 || logits[from + option]! > logits[from + best]!) best = option;
    }
    into[head] = best;
    from += size;
  }
}
