import type { Random } from '../../env/random.ts';
import type { Dense, Layout } from './layout.ts';

/** Orthogonal weights (Saxe et al. 2014) with gain √2 below, 0.01 for the policy and 1 for the value; zero biases. */
export function initialParameters(layout: Layout, random: Random): Float32Array {
  const parameters = new Float32Array(layout.size);
  for (const layer of layout.layers) fillOrthogonal(parameters, layer, gain(layer), random);
  return parameters;
}

function gain({ name }: Dense): number {
  if (name === 'policy') return 0.01;
  return name === 'value' ? 1 : Math.SQRT2;
}

/** Gram and Schmidt over the shorter side of a matrix of standard normals, twice for orthogonality to rounding. */
function fillOrthogonal(
  parameters: Float32Array,
  { inputs, outputs, weights }: Dense,
  gain: number,
  random: Random,
): void {
  const tall = inputs >= outputs;
  const length = tall ? inputs : outputs;
  const vectors: Float64Array[] = [];
  for (let index = 0; index < Math.min(inputs, outputs); index++) {
    const vector = Float64Array.from({ length }, () => random.normal());
    for (const earlier of [...vectors, ...vectors]) project(vector, earlier);
    scale(vector, 1 / Math.sqrt(dot(vector, vector)));
    vectors.push(vector);
    for (let at = 0; at < length; at++) {
      parameters[weights + (tall ? at * outputs + index : index * outputs + at)] = gain * vector[at]!;
    }
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!;
  return sum;
}

function scale(vector: Float64Array, factor: number): void {
  for (let at = 0; at < vector.length; at++) vector[at] = vector[at]! * factor;
}

/** Takes the part along the unit vector `along` out of `vector`. */
function project(vector: Float64Array, along: Float64Array): void {
  const share = dot(vector, along);
  for (let at = 0; at < vector.length; at++) vector[at] = vector[at]! - share * along[at]!;
}
