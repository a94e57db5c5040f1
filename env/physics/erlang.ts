import { normalShareBelow } from './lognormal.ts';

/*
 * Erlang's loss formula for any number of servers, by table: it is asked for once in every simulated second.
 * Both tables hold the recursion B(c) = 1 / (1 + (c/a) / B(c - 1)) and are linear in between: for few servers B itself, over the
 * servers and a/(a + c); for many B√a over 1/√c and β = (c - a)/√a, where the limit for c to infinity is φ(β)/Φ(β)
 * (Jagerman 1974, "Some properties of the Erlang loss function").
 */
const few = 32;
const shareCells = 256;
const largestBeta = 6;
const betaCells = 384;
const rows = 6;

/** [servers][cell of a/(a + c)] */
const lossOfFewServers = Array.from({ length: few + 1 }, (_, servers) =>
  Float64Array.from({ length: shareCells + 2 }, (_, cell) =>
    servers === 0 || cell >= shareCells ? 1 : recursiveLoss((servers * cell) / (shareCells - cell), servers),
  ),
);
/** [row of 1/√c, from 0 to 1/√few][cell of β, from -largestBeta to largestBeta] */
const scaledLoss = Array.from({ length: rows + 2 }, (_, row) =>
  Float64Array.from({ length: betaCells + 2 }, (_, cell) => {
    const beta = ((2 * cell) / betaCells - 1) * largestBeta;
    if (row === 0) return Math.exp((-beta * beta) / 2) / (Math.sqrt(2 * Math.PI) * normalShareBelow(beta));
    const servers = few * (rows / row) ** 2;
    const root = (Math.sqrt(beta * beta + 4 * servers) - beta) / 2;
    return recursiveLoss(root * root, servers) * root;
  }),
);

function recursiveLoss(offered: number, servers: number): number {
  const fraction = servers - Math.floor(servers);
  let loss = 1 - fraction * (1 - offered / (1 + offered)); // linear between none and one: it hardly matters for many
  for (let count = fraction + 1; count <= servers + 1e-9; count++) loss = (offered * loss) / (count + offered * loss);
  return loss;
}

/**
 * Share of Poisson arrivals that find all servers busy and go away; `offered` is arrival rate times mean service time, whatever
 * the distribution of the service. Between whole numbers of servers it is linear. Off by less than 0.0004.
 */
export function erlangLoss(offered: number, servers: number): number {
  if (servers <= 0) return 1;
  if (offered <= 0) return 0;
  return servers < few ? lossOfFew(offered, servers) : lossOfMany(offered, servers);
}

function lossOfFew(offered: number, servers: number): number {
  const position = (offered / (offered + servers)) * shareCells;
  const row = Math.floor(servers);
  return bilinear(lossOfFewServers, row, servers - row, position);
}

function lossOfMany(offered: number, servers: number): number {
  const root = Math.sqrt(offered);
  const beta = (servers - offered) / root;
  if (beta >= largestBeta) return 0;
  // So far beyond capacity, c/(a - c) servers are idle on average.
  if (beta <= -largestBeta) return 1 - (servers / offered) * (1 - 1 / (offered - servers));
  const rowPosition = rows * Math.sqrt(few / servers);
  const row = Math.floor(rowPosition);
  return bilinear(scaledLoss, row, rowPosition - row, ((beta / largestBeta + 1) / 2) * betaCells) / root;
}

function bilinear(table: readonly Float64Array[], row: number, insideRow: number, position: number): number {
  const cell = Math.floor(position);
  const inside = position - cell;
  const first = table[row]!;
  const next = table[row + 1]!;
  const lower = first[cell]! + inside * (first[cell + 1]! - first[cell]!);
  const upper = next[cell]! + inside * (next[cell + 1]! - next[cell]!);
  return lower + insideRow * (upper - lower);
}
