import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputProblem } from '../../../../env/problem.ts';
import { Random } from '../../../../env/random.ts';
import { drawFaults } from '../../../../env/twin/faults/draw.ts';
import { faultKinds, faultRules } from '../../../../env/twin/faults/fault.ts';
import { parseFault, parseFaultScript } from '../../../../env/twin/faults/script.ts';

const script = (fault: string) => parseFaultScript(`version: 1\nfaults:\n  - { ${fault} }\n`, 'faults.yaml');
const refusal = (fault: string) => {
  try {
    script(fault);
  } catch (error) {
    expect(error).toBeInstanceOf(InputProblem);
    return (error as Error).message;
  }
  throw new Error('it was not refused');
};

describe('a script of faults', () => {
  test('names what goes wrong, when, for how long, with what and how strongly', () => {
    expect(
      script('kind: throttle, at: 600, for: 120, service: autoscaling, operation: SetDesiredCapacity, strength: 0.5'),
    ).toEqual([
      {
        kind: 'throttle',
        atSeconds: 600,
        forSeconds: 120,
        service: 'autoscaling',
        operation: 'SetDesiredCapacity',
        resource: null,
        strength: 0.5,
      },
    ]);
  });

  test('says the usual strength where it says none', () => {
    expect(script('kind: metrics-jump, at: 0, for: 60')[0]?.strength).toBe(100);
    expect(script('kind: metrics-zero, at: 0, for: 60')[0]?.strength).toBe(1);
  });

  test.each([
    ['kind: throttel, at: 0, for: 60', /faults\[0\]\.kind is "throttel", but must be one of throttle, deny/],
    ['kind: throttle, at: 0', /for is missing, but must be there, because throttle lasts/],
    ['kind: alias-moved, at: 0, for: 60', /for is 60, but must be absent, because alias-moved happens once/],
    ['kind: deny, at: -1, for: 60', /at is -1, but must be a number of at least 0/],
    ['kind: deny, at: 0, for: 60, resource: cpu', /resource is cpu, but must be absent, because deny acts on a call/],
    ['kind: metrics-zero, at: 0, for: 9, service: sts', /service is sts, but must be absent/],
    ['kind: clock-skew, at: 0, for: 9, resource: cpu', /resource is cpu, but must be absent/],
    ['kind: hang, at: 0, for: 60, strength: 2', /strength is 2, but must be a number above 0 and at most 1/],
    ['kind: never-healthy, at: 0, for: 60, strength: 2', /strength is 2, but must be absent/],
    ['kind: foreign-desired, at: 0, strength: 1.5', /strength is 1.5, but must be a whole number of at least 0/],
    ['kind: deny, at: 0, for: 60, servise: sts', /servise is not a field that is known here.*did you mean "service"/],
    ['kind: deny, at: 0, for: 60, service: s3', /service is "s3", but must be one of monitoring/],
  ])('that says "%s" is refused in a sentence with its line', (fault, sentence) => {
    const said = refusal(fault);
    expect(said).toMatch(sentence);
    expect(said).toMatch(/^faults\.yaml:3: .*[.?]$/);
  });

  test('one fault comes as JSON too, and begins at once where it does not say when', () => {
    expect(parseFault('{"kind": "foreign-desired", "resource": "cpu", "strength": 7}', 90)).toMatchObject({
      ...{ kind: 'foreign-desired', atSeconds: 90, forSeconds: 0, resource: 'cpu', strength: 7 },
    });
    expect(() => parseFault('{"kind": ', 0)).toThrow(InputProblem);
  });
});

test('every kind can be written without a strength', () => {
  for (const kind of faultKinds) {
    expect(script(`kind: ${kind}, at: 1${faultRules[kind].lasts ? ', for: 2' : ''}`)).toHaveLength(1);
  }
});

test('a random script could have been written by hand, and is the same for the same seed', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const draw = () =>
        drawFaults({
          ...{ random: Random.seeded(seed), seconds: 7200, everySeconds: 300, longestSeconds: 600 },
          ...{ groups: ['cpu', 'gpu'], functions: ['f'] },
        });
      const faults = draw();
      expect(draw()).toEqual(faults);
      for (const fault of faults) {
        const { atSeconds: at, forSeconds, strength, ...rest } = fault;
        const rule = faultRules[fault.kind];
        const text = JSON.stringify({
          ...{ ...rest, at },
          ...(rule.lasts ? { for: forSeconds } : {}),
          ...(rule.strength === null ? {} : { strength }),
        });
        expect(parseFault(text, 0)).toEqual(fault);
      }
    }),
    { numRuns: 20 },
  );
});
