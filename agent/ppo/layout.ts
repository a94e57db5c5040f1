/** What a network sees and decides. */
export interface NetworkShape {
  readonly observationSize: number;
  /** [head] Options of each discrete head. */
  readonly heads: readonly number[];
}

/** A fully connected layer inside the flat parameter vector. */
export interface Dense {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  /** Offset of its weights, [input, output] row by row. */
  readonly weights: number;
  /** Offset of its bias, [output]. */
  readonly bias: number;
}

/** Tanh layers with one or two linear heads side by side on top. */
export interface Stack {
  readonly hidden: readonly Dense[];
  readonly heads: readonly Dense[];
  /** First column that the heads fill of the network's output. */
  readonly column: number;
}

/**
 * Where everything lies. The network's output has a column per option of every head in turn, then one for the value.
 * The parameter vector holds weights, then bias, of each layer: the actor's (or shared) hidden layers, `policy`,
 * the critic's hidden layers if it has its own, `value`.
 */
export interface Layout extends NetworkShape {
  readonly hidden: readonly number[];
  readonly sharedTrunk: boolean;
  /** Options of all heads together. */
  readonly options: number;
  readonly stacks: readonly Stack[];
  readonly layers: readonly Dense[];
  /** Length of the parameter vector. */
  readonly size: number;
  /** The parameters from here on serve the value alone. */
  readonly criticOffset: number;
}

export function networkLayout(
  shape: NetworkShape,
  { hidden, sharedTrunk }: { readonly hidden: readonly number[]; readonly sharedTrunk: boolean },
): Layout {
  const options = shape.heads.reduce((sum, head) => sum + head, 0);
  const layers: Dense[] = [];
  let size = 0;
  const place = (name: string, inputs: number, outputs: number): Dense => {
    const dense = { name, inputs, outputs, weights: size, bias: size + inputs * outputs };
    layers.push(dense);
    size += (inputs + 1) * outputs;
    return dense;
  };
  const trunk = (name: string): Dense[] =>
    hidden.map((width, index) => place(`${name}.${index}`, hidden[index - 1] ?? shape.observationSize, width));
  const top = hidden.at(-1) ?? shape.observationSize;

  const actor = trunk(sharedTrunk ? 'trunk' : 'actor');
  const policy = place('policy', top, options);
  const criticOffset = size;
  const critic = sharedTrunk ? [] : trunk('critic');
  const value = place('value', top, 1);
  const stacks: Stack[] = sharedTrunk
    ? [{ hidden: actor, heads: [policy, value], column: 0 }]
    : [
        { hidden: actor, heads: [policy], column: 0 },
        { hidden: critic, heads: [value], column: options },
      ];
  return {
    observationSize: shape.observationSize,
    heads: [...shape.heads],
    hidden: [...hidden],
    sharedTrunk,
    options,
    stacks,
    layers,
    size,
    criticOffset,
  };
}
