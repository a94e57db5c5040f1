const golden = (Math.sqrt(5) - 1) / 2;

export interface Maximum {
  readonly at: number;
  readonly value: number;
}

/** Golden-section search (Kiefer 1953) for the maximum of a concave function; both ends are tried too. */
export function concaveMaximum(f: (x: number) => number, from: number, to: number, rounds: number): Maximum {
  let low = from;
  let high = to;
  let left = at(f, high - golden * (high - low));
  let right = at(f, low + golden * (high - low));
  for (let round = 0; round < rounds; round++) {
    if (left.value >= right.value) {
      high = right.at;
      right = left;
      left = at(f, high - golden * (high - low));
    } else {
      low = left.at;
      left = right;
      right = at(f, low + golden * (high - low));
    }
  }
  return [at(f, from), at(f, to), left, right].reduce((best, one) => (one.value > best.value ? one : best));
}

function at(f: (x: number) => number, x: number): Maximum {
  return { at: x, value: f(x) };
}
