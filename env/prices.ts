import { z } from 'zod';
import { didYouMean } from './did-you-mean.ts';
import { readInput } from './input-file.ts';
import { InputProblem } from './problem.ts';
import type { PriceBook, ServiceProfile } from './types.ts';
import type { VmPool } from './vm-pool.ts';
import { vmUsdPerHour } from './vm-price.ts';
import { decimal, named, section, text, YamlSource } from './yaml-source.ts';

/**
 * Linux, on demand, in dollars per hour, as AWS listed them for us-east-1 in January 2025 (aws.amazon.com/ec2/pricing/on-demand);
 * billed per second with a minimum of 60 s. Lambda on x86, billed per millisecond (aws.amazon.com/lambda/pricing).
 */
export const defaultPrices: PriceBook = {
  date: '2025-01-01',
  region: 'us-east-1',
  source: 'AWS price lists for EC2 (Linux, on demand) and Lambda (x86), January 2025',
  usdPerHour: {
    'c5.large': 0.085,
    'c5.xlarge': 0.17,
    'c5.2xlarge': 0.34,
    'c5.4xlarge': 0.68,
    'c5.9xlarge': 1.53,
    'c5.12xlarge': 2.04,
    'c5.18xlarge': 3.06,
    'c5.24xlarge': 4.08,
    'g4dn.xlarge': 0.526,
    'g4dn.2xlarge': 0.752,
    'g4dn.4xlarge': 1.204,
    'm4.large': 0.1,
    'm5.large': 0.096,
    'm5.xlarge': 0.192,
    'm5.2xlarge': 0.384,
    'm5.4xlarge': 0.768,
    'm5.8xlarge': 1.536,
    'm5.12xlarge': 2.304,
    'm5.16xlarge': 3.072,
    'm5.24xlarge': 4.608,
    'p3.2xlarge': 3.06,
    't2.2xlarge': 0.3712,
  },
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
  minimumBilledSeconds: decimal({ least: 0 }, 'state the shortest time that a VM is billed').default(60),
  // What most regions have (aws.amazon.com/lambda/pricing).
  lambdaUsdPerGbSecond: decimal({ above: 0 }, 'state dollars per gigabyte-second').default(
    defaultPrices.lambdaUsdPerGbSecond,
  ),
  lambdaProvisionedUsdPerGbSecond: decimal(
    { least: 0 },
    'state dollars per gigabyte-second of provisioned concurrency',
  ).default(0.0000041667),
  lambdaProvisionedDurationUsdPerGbSecond: decimal(
    { least: 0 },
    'state dollars per gigabyte-second of what provisioned environments serve',
  ).default(0.0000097222),
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
      `The pool ${name} of the service ${profile.name} has the instanceType ${instanceType}, but must have one that the price book ` +
        `of ${prices.date} for ${prices.region} lists (${known.join(', ')}): correct it, or add its price under usdPerHour of a price book of your own, and name that with --prices` +
        (sameFamily(instanceType, known) || '.'),
    );
  }
}

/** Another family is another machine, however near its name: g5.xlarge is no c5.xlarge. */
function sameFamily(instanceType: string, known: readonly string[]): string {
  const [family] = instanceType.split('.');
  return didYouMean(
    instanceType,
    known.filter((one) => one.startsWith(`${family}.`)),
  );
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
