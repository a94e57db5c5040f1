import { describe, expect, test } from 'vitest';
import { checkPrices, defaultPrices, parsePrices, readPrices } from '../../env/prices.ts';
import { InputProblem } from '../../env/problem.ts';
import { readProfile } from '../../env/profile.ts';
import { vmUsdPerHour } from '../../env/vm-price.ts';

const book = `date: 2025-01-31
region: us-east-1
source: a list
usdPerHour:
  c5.large: 0.085
lambdaUsdPerGbSecond: 0.00002
lambdaUsdPerRequest: 2.0e-7
`;

describe('the default prices', () => {
  test('are dated, sourced and positive', () => {
    expect(defaultPrices.date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(defaultPrices.source).not.toBe('');
    for (const usd of Object.values(defaultPrices.usdPerHour)) expect(usd).toBeGreaterThan(0);
  });

  test('rise in proportion to the size within a family', () => {
    const { usdPerHour } = defaultPrices;
    for (const [type, usd] of Object.entries(usdPerHour)) {
      const [, family, size] = /^([cmr]\d[a-z]*)\.(\d+)xlarge$/.exec(type) ?? [];
      if (family === undefined) continue;
      const proportional = Number(size) * usdPerHour[`${family}.xlarge`]!;
      expect(Math.abs(usd - proportional), type).toBeLessThanOrEqual(1e-5 * Number(size));
    }
  });

  test.each(['c6i.xlarge', 'c7i.2xlarge', 'm6i.large', 'g4dn.xlarge', 'g5.xlarge', 'g6.xlarge', 'inf2.xlarge'])(
    'know %s',
    (instanceType) => expect(defaultPrices.usdPerHour[instanceType]).toBeGreaterThan(0),
  );
});

describe('a price book', () => {
  test('is read as it is written, with 60 s as the default minimum', () => {
    expect(parsePrices(book, 'prices.yaml')).toEqual({
      date: '2025-01-31',
      region: 'us-east-1',
      source: 'a list',
      usdPerHour: { 'c5.large': 0.085 },
      minimumBilledSeconds: 60,
      lambdaUsdPerGbSecond: 0.00002,
      lambdaProvisionedUsdPerGbSecond: 0.0000041667,
      lambdaProvisionedDurationUsdPerGbSecond: 0.0000097222,
      lambdaUsdPerRequest: 2e-7,
    });
  });

  test.each<[string, string, string]>([
    ['2025-01-31', 'January', '1: date is "January", but must be a day written as 2025-01-31'],
    ['2025-01-31', '20250131', '1: date is 20250131, but must be a day'],
    ['2025-01-31', '2025-02-31', '1: date is "2025-02-31", but must be a day'],
    ['0.085', '-1', '5: usdPerHour.c5.large is -1, but must be a number above 0'],
    ['0.085', '0', '5: usdPerHour.c5.large is 0, but must be a number above 0: state dollars per hour, a small number'],
    ['c5.large', 'c5', '5: usdPerHour.c5 has a name that must be an EC2 instance type'],
    ['  c5.large: 0.085\n', '', '4: usdPerHour is null, but must be a section'],
    ['lambdaUsdPerRequest', 'lambdaUsdPerRequests', '7: lambdaUsdPerRequests is not a field that is known here'],
    [
      'lambdaUsdPerGbSecond: 0.00002\n',
      'lambdaUsdPerGbSecond: 0\n',
      '6: lambdaUsdPerGbSecond is 0, but must be a number above 0',
    ],
  ])('with %j for %j is refused with file and line', (from, to, refusal) => {
    const parse = () => parsePrices(book.replace(from, to), 'prices.yaml');
    expect(parse).toThrow(InputProblem);
    expect(parse).toThrow(`prices.yaml:${refusal}`);
  });

  test('of VMs alone has the prices of Lambda that most regions have', () => {
    const vms = parsePrices(book.replace(/^lambda.*\n/gm, ''), 'prices.yaml');
    const { lambdaUsdPerGbSecond, lambdaUsdPerRequest } = defaultPrices;
    expect(vms).toMatchObject({ lambdaUsdPerGbSecond, lambdaUsdPerRequest });
  });

  test('that is not there is refused', async () => {
    await expect(readPrices('nowhere.yaml')).rejects.toThrow('nowhere.yaml: cannot read the price book');
  });
});

test('a profile whose instance type has no price is refused, and the nearest type is named', async () => {
  const profile = await readProfile('examples/image-classifier.yaml');
  expect(() => checkPrices(profile, defaultPrices)).not.toThrow();
  const [pool] = profile.pools;
  const wrong = { ...profile, pools: [{ ...pool!, instanceType: 'c5.lrge' }] };
  expect(() => checkPrices(wrong, defaultPrices)).toThrow(InputProblem);
  expect(() => checkPrices(wrong, defaultPrices)).toThrow(
    /pool cpu .* instanceType c5\.lrge, but must .*; did you mean "c5\.large"\?$/,
  );
  // A machine of another family is another machine, however near its name is.
  const alone = { ...defaultPrices, usdPerHour: { 'c5.xlarge': 0.17 } };
  const other = { ...profile, pools: [{ ...pool!, instanceType: 'g5.xlarge' }] };
  expect(() => checkPrices(other, alone)).toThrow(/and name that with --prices \(docs\/profile\.md shows one\)\.$/);
  const metal = { ...profile, pools: [{ ...pool!, instanceType: 'c5.metal-flash' }] };
  expect(() => checkPrices(metal, alone)).toThrow(/; it lists c5\.xlarge\.$/);
});

describe('the price of a pool on spot', () => {
  const onSpot = async (priceShare: number | null) => {
    const profile = await readProfile('examples/spot.yaml');
    const pools = profile.pools.map((pool) => (pool.spot ? { ...pool, spot: { ...pool.spot, priceShare } } : pool));
    return { ...profile, pools };
  };
  const listed = { ...defaultPrices, spotUsdPerHour: { 'c5.large': 0.03 } };

  test('is what the price book lists as spot price, else the share of the price on demand that the pool states', async () => {
    const [onDemand, spot] = (await onSpot(0.53)).pools;
    expect(vmUsdPerHour(onDemand!, listed)).toBe(0.085);
    expect(vmUsdPerHour(spot!, listed)).toBe(0.03);
    expect(vmUsdPerHour(spot!, defaultPrices)).toBeCloseTo(0.53 * 0.085, 12);
  });

  test('where neither is there, is asked for with both remedies', async () => {
    const profile = await onSpot(null);
    expect(() => checkPrices(profile, listed)).not.toThrow();
    expect(() => checkPrices(profile, defaultPrices)).toThrow(InputProblem);
    expect(() => checkPrices(profile, defaultPrices)).toThrow(
      'The pool spot of the service spot is on spot, but neither it nor the price book of 2026-07-20 for us-east-1 says at what price: add c5.large under spotUsdPerHour of a price book of your own (--prices), or state spot.priceShare',
    );
  });
});
