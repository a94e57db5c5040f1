import { z } from 'zod';
import { didYouMean } from './did-you-mean.ts';
import { readInput } from './input-file.ts';
import { listedUsdPerHour } from './listed-prices.ts';
import { InputProblem } from './problem.ts';
import type { PriceBook, ServiceProfile } from './types.ts';
import type { VmPool } from './vm-pool.ts';
import { vmUsdPerHour } from './vm-price.ts';
import { decimal, named, section, text, YamlSource } from './yaml-source.ts';

/** EC2 on demand, billed per second with a minimum of 60 s; Lambda on x86, billed per millisecond (aws.amazon.com/lambda/pricing, January 2025). */
export const defaultPrices: PriceBook = {
  date: '2026-07-20',
  region: 'us-east-1',
  source: 'AWS price lists for EC2 (Linux, on demand), 20 July 2026, and Lambda (x86), January 2025',
  usdPerHour: listedUsdPerHour,
  minimumBilledSeconds: 60,
  lambdaUsdPerGbSecond: 0.0000166667,
  lambdaProvisionedUsdPerGbSecond: 0.0000041667,
  lambdaProvisionedDurationUsdPerGbSecond: 0.0000097222,
  lambdaUsdPerRequest: 0.0000002,
};

const instanceType = z.string().regex(/^[a-z0-9-]+\.[a-z0-9-]+$/, 'an EC2 instance type: write it as in c5.large');

export const pricesSchema = section({
  date: z.iso.date({ error: 'a day written as 2025-01-31: state when the prices were read' }),
  region: text(/^[a-z0-9-]+$/, 'an AWS region', 'write it as in us-east-1'),
  source: text(/\S/, 'a text', 'state where the prices were read'),
  usdPerHour: named(
    decimal({ above: 0 }, 'state dollars per hour, a small number where it is free'),
    'write "c5.large: 0.085" for each instance type',
    instanceType,
  ),
  spotUsdPerHour: named(
    decimal({ above: 0 }, 'state dollars per hour on spot'),
    'write "c5.large: 0.04" for each instance type, or leave it out',
    instanceType,
  ).optional(),
  minimumBilledSeconds: decimal({ least: 0 }, 'state the shortest time that a VM is billed').default(
    defaultPrices.minimumBilledSeconds,
  ),
  // What most regions have (aws.amazon.com/lambda/pricing).
  lambdaUsdPerGbSecond: decimal({ above: 0 }, 'state dollars per gigabyte-second').default(
    defaultPrices.lambdaUsdPerGbSecond,
  ),
  lambdaProvisionedUsdPerGbSecond: decimal(
    { least: 0 },
    'state dollars per gigabyte-second of provisioned concurrency',
  ).default(defaultPrices.lambdaProvisionedUsdPerGbSecond),
  lambdaProvisionedDurationUsdPerGbSecond: decimal(
    { least: 0 },
    'state dollars per gigabyte-second of what provisioned environments serve',
  ).default(defaultPrices.lambdaProvisionedDurationUsdPerGbSecond),
  lambdaUsdPerRequest: decimal({ least: 0 }, 'state dollars per request, as in 0.0000002').default(
    defaultPrices.lambdaUsdPerRequest,
  ),
});

/** From YAML with the fields of `PriceBook`; `file` is what refusals call it. */
export function parsePrices(text: string, file: string): PriceBook {
  return new YamlSource(text, file).read(pricesSchema);
}

export async function readPrices(path: string): Promise<PriceBook> {
  return parsePrices(await readInput(path, 'price book'), path);
}

/** Refuses a profile that uses an instance type without a price. */
export function checkPrices(profile: ServiceProfile, prices: PriceBook): void {
  const known = Object.keys(prices.usdPerHour);
  for (const pool of profile.pools) {
    if (vmUsdPerHour(pool, prices) !== null) continue;
    const { name, instanceType } = pool;
    if (pool.spot && known.includes(instanceType)) throw noSpotPrice(profile, pool, prices);
    throw new InputProblem(
      `The pool ${name} of the service ${profile.name} has the instanceType ${instanceType}, but must have one that the price book of ${prices.date} for ` +
        `${prices.region} lists: correct it, or list it under usdPerHour in a price book of your own and name that with --prices (docs/profile.md shows one)` +
        sameFamily(instanceType, known),
    );
  }
}

/** How the sentence ends. Another family is another machine, however near its name: g5.xlarge is no c5.xlarge. */
function sameFamily(instanceType: string, known: readonly string[]): string {
  const [family] = instanceType.split('.');
  const alike = known.filter((one) => one.startsWith(`${family}.`));
  return didYouMean(instanceType, alike) || (alike.length === 0 ? '.' : `; it lists ${alike.join(', ')}.`);
}

function noSpotPrice(
  { name: service }: ServiceProfile,
  { name, instanceType }: VmPool,
  prices: PriceBook,
): InputProblem {
  return new InputProblem(
    `The pool ${name} of the service ${service} is on spot, but neither it nor the price book of ${prices.date} for ${prices.region} says at what ` +
      `price: add ${instanceType} under spotUsdPerHour of a price book of your own (--prices), or state spot.priceShare, its price over that on demand.`,
  );
}
