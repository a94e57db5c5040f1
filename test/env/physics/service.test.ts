import { describe, expect, test } from 'vitest';
import { lambdaTier, queueLimit, vmServiceSeconds, vmUsdPerSecond } from '../../../env/physics/service.ts';
import { prices, service } from '../sim/small-service.ts';

describe('the physics of a service', () => {
  test('is told in seconds, gigabytes and dollars per second', () => {
    expect(vmServiceSeconds(service, 0, 0)).toBe(0.1);
    expect(lambdaTier(service, 0, 1024)).toEqual({ serviceSeconds: 0.2, coldStartSeconds: 1, gigabytes: 1 });
    expect(vmUsdPerSecond(service, prices, 0)).toBeCloseTo(0.001, 15);
  });

  test('has no place for what is not offered', () => {
    expect(vmServiceSeconds(service, 0, 7)).toBeNull();
    expect(lambdaTier(service, 0, 999)).toBeNull();
    expect(() => vmUsdPerSecond(service, { ...prices, usdPerHour: {} }, 0)).toThrow('no price for pool vms');
  });
});

describe('a queue limit', () => {
  test('is what the capacity works off in the allowed wait', () => {
    expect(queueLimit(200, 100, 0)).toBe(20);
    expect(queueLimit(0, 100, 0)).toBe(0);
    expect(queueLimit(null, 100, 0)).toBeNull();
  });

  test('counts only the capacity that stricter classes leave, but a twentieth at least', () => {
    expect(queueLimit(1000, 100, 40)).toBe(60);
    expect(queueLimit(1000, 100, 400)).toBe(5);
  });
});
