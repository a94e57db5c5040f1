import { isIPv6 } from 'node:net';
import type { Address, RouterPlace } from '../env/aws/router/addresses.ts';
import { didYouMean } from '../env/did-you-mean.ts';
import { InputProblem } from '../env/problem.ts';
import type { ServiceProfile } from '../env/types.ts';

export interface PlaceOptions {
  readonly bind: string;
  readonly health?: string;
  readonly user?: string;
  readonly group?: string;
  readonly address?: readonly string[];
}

const lambdaPrefix = 'lambda.';

/** The options, read and checked; `folder` is where HAProxy finds its maps. */
export function placeOf(options: PlaceOptions, profile: ServiceProfile, folder: string): RouterPlace {
  const { bind, health, user, group, address = [] } = options;
  checkWord('--bind', bind, /^(\S*:\d{1,5}|\S+@\S+)$/, 'an address of HAProxy with its port, such as :8080');
  if (health !== undefined) checkWord('--health', health, /^\/[\x21-\x7e]*$/, 'a path, such as /healthz');
  if (user !== undefined) checkWord('--user', user, /^[a-z_][a-z0-9_-]{0,31}$/, "a user's name, such as spillway");
  if (group !== undefined) checkWord('--group', group, /^[a-z_][a-z0-9_-]{0,31}$/, "a group's name, such as spillway");
  checkWord('--folder', folder, /^\/[\w./-]*$/, 'an absolute path of letters, digits and . _ - /');
  const servers: Address[][] = profile.pools.map(() => []);
  const functions: (Address | null)[] = profile.variants.map(() => null);
  for (const text of address) {
    const [name, where] = addressIn(text);
    const pool = profile.pools.findIndex((one) => one.name === name);
    const variant = profile.variants.findIndex((one) => `${lambdaPrefix}${one.name}` === name);
    if (pool >= 0) servers[pool]!.push(where);
    else if (variant >= 0) functions[variant] = where;
    else throw unknown(text, name, profile);
  }
  return { bind, folder, servers, functions, healthPath: health ?? null, socketFor: socketFor(user, group) };
}

function socketFor(user: string | undefined, group: string | undefined): RouterPlace['socketFor'] {
  if (user !== undefined && group !== undefined) {
    throw new InputProblem(`--user ${user} and --group ${group}: the socket is for one of them; leave the other out.`);
  }
  if (user !== undefined) return { user };
  return group === undefined ? null : { group };
}

function addressIn(text: string): readonly [string, Address] {
  const [, name, host, digits] = /^([^=]+)=(\[[0-9a-f:]+\]|[\w.-]+):(\d{1,5})$/i.exec(text) ?? [];
  const port = Number(digits);
  const isHost = host !== undefined && (!host.startsWith('[') || isIPv6(host.slice(1, -1)));
  if (name !== undefined && isHost && port >= 1 && port <= 65_535) return [name, { host, port }];
  throw new InputProblem(
    `--address ${text}: must be NAME=HOST:PORT, such as cpu=10.0.0.5:8080 or lambda.inception-v3=functions.internal:80.`,
  );
}

function unknown(text: string, name: string, { pools, variants }: ServiceProfile): InputProblem {
  const known = [...pools.map((one) => one.name), ...variants.map((one) => `${lambdaPrefix}${one.name}`)];
  return new InputProblem(
    `--address ${text}: ${name} is none of ${known.join(', ')}: name a pool, or ${lambdaPrefix} and a variant${didYouMean(name, known) || '.'}`,
  );
}

function checkWord(flag: string, value: string, legal: RegExp, what: string): void {
  if (!legal.test(value)) throw new InputProblem(`${flag} ${value}: must be ${what}.`);
}
