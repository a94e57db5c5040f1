import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  serviceHeads,
  serviceOptionCount,
  serviceOptions,
  usualOptions,
  writeServiceMask,
} from '../../agent/service-options.ts';
import { thriftyOptions } from '../../agent/service-teacher.ts';
import { defaultPrices } from '../../env/prices.ts';
import { cheapestChoice } from '../../policies/economics.ts';
import { profile as twoPools } from '../controller/fakes.ts';
import { examplePrices, exampleProfile } from '../policies/example-service.ts';

const options = serviceOptions(exampleProfile, examplePrices, [0]);

function mask(credit: number, requests: number): Uint8Array {
  const into = new Uint8Array(serviceOptionCount).fill(7);
  writeServiceMask(options, credit, requests, into, 0);
  return into;
}

const variantsAllowed = (credit: number, requests: number) => [...mask(credit, requests).subarray(0, serviceHeads[0])];

describe('what a service can choose from', () => {
  test('lies around what the rules take, and is absent where the profile has nothing', () => {
    const usual = cheapestChoice(exampleProfile, examplePrices);
    expect(options.variants.map((one) => one?.variant ?? null)).toEqual([null, 0, 1, 2, null]);
    expect(options.variants[usualOptions[0]!]!.variant).toBe(usual.variant);
    expect(options.tiers[usualOptions[1]!]!.memoryMb).toBe(exampleProfile.lambda.memoryMb[usual.tier]);
  });

  test('is told beside the usual option: its work, its price, its accuracy above the floor', () => {
    const [, tiny, middle, big] = options.variants;
    expect(middle).toMatchObject({ work: 1, price: 1, slack: 0 });
    expect(tiny).toMatchObject({ work: 0.5, price: 0.5, slack: expect.closeTo(-0.1, 9) });
    expect(big).toMatchObject({ work: 2, price: 2, slack: expect.closeTo(0.1, 9) });
  });

  test('runs in every combination, on every pool that the agent acts on', () => {
    const services = [
      { profile: exampleProfile, prices: examplePrices, pools: [0] },
      { profile: twoPools, prices: defaultPrices, pools: [0, 1] },
    ];
    for (const { profile, prices, pools } of services) {
      const { variants, tiers } = serviceOptions(profile, prices, pools);
      for (const variant of variants.filter((one) => one !== null)) {
        for (const pool of pools) expect(profile.pools[pool]!.serviceMs[variant.variant]).not.toBeNull();
        for (const tier of tiers.filter((one) => one !== null)) {
          const index = profile.lambda.memoryMb.indexOf(tier.memoryMb);
          expect(profile.lambda.serviceMs[variant.variant]![index]).not.toBeNull();
        }
      }
    }
  });
});

describe('the mask', () => {
  test('always allows what the rules take, and never what the profile lacks', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.double({ min: 0, noNaN: true }), (credit, requests) => {
        const allowed = mask(credit, requests);
        let offset = 0;
        for (const [head, size] of serviceHeads.entries()) {
          expect(allowed[offset + usualOptions[head]!]).toBe(1);
          offset += size;
        }
        expect([allowed[0], allowed[4]]).toEqual([0, 0]); // variants that the profile does not have
        expect([...allowed].every((one) => one === 0 || one === 1)).toBe(true);
      }),
    );
  });

  test('allows a variant below the floor only where the credit pays for all requests that may come', () => {
    expect(variantsAllowed(59, 600)).toEqual([0, 0, 1, 1, 0]);
    expect(variantsAllowed(61, 600)).toEqual([0, 1, 1, 1, 0]);
    fc.assert(
      fc.property(
        fc.double({ min: -100, max: 100, noNaN: true }),
        fc.double({ min: 0, max: 2000 }),
        (credit, requests) => {
          if (variantsAllowed(credit, requests)[1] === 1) expect(credit).toBeGreaterThanOrEqual(0.1 * requests - 1e-6);
        },
      ),
    );
  });

  test('allows nothing below the floor without credit, even where no demand is known', () => {
    expect(variantsAllowed(0, 0)).toEqual([0, 0, 1, 1, 0]);
    expect(variantsAllowed(-5, 0)).toEqual([0, 0, 1, 1, 0]);
  });
});

describe('thrift', () => {
  const choose = (fill: number, credit = 1e9) =>
    options.variants[thriftyOptions(options, fill, mask(credit, 600), 0)[0]!]!.variant;

  test('answers with a larger variant where the VMs are idle, a smaller one where they are overloaded, else as the rules', () => {
    expect([0.1, 0.3, 0.6, 0.95, 1.2, 5].map((fill) => choose(fill))).toEqual([2, 2, 1, 1, 0, 0]);
  });

  test('spends nothing without credit', () => {
    expect(choose(5, 0)).toBe(1);
    expect(choose(0.1, 0)).toBe(2);
  });

  test('only ever chooses what is allowed', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 10, noNaN: true }),
        fc.double({ min: 0, max: 200, noNaN: true }),
        (fill, credit) => {
          const allowed = mask(credit, 600);
          let offset = 0;
          for (const [head, option] of thriftyOptions(options, fill, allowed, 0).entries()) {
            expect(allowed[offset + option]).toBe(1);
            offset += serviceHeads[head]!;
          }
        },
      ),
    );
  });
});
