import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputProblem } from '../../env/problem.ts';
import { parseProfile, profileHash, readProfile } from '../../env/profile.ts';

const small = `version: 1
name: tiny
decisionSeconds: 60
slo:
  attainment: 0.99
  classes:
    slow: { share: 0.25, deadlineMs: 2000 }
    fast: { share: 0.75, deadlineMs: 500 }
accuracyFloor: 0.7
variants:
  large: { accuracy: 0.8 }
  small: { accuracy: 0.6 }
pools:
  cpu:
    instanceType: c5.large
    min: 0
    max: 10
    slots: 1
    boot: { medianSeconds: 200 }
    serviceMs: { large: 100, small: 40 }
  gpu:
    instanceType: g4dn.xlarge
    min: 0
    max: 2
    slots: 4
    boot: { medianSeconds: 500, sigma: 0 }
    drainSeconds: 5
    serviceMs: { large: 10 }
lambda:
  memoryMb: [512, 1024]
  serviceMs:
    large: [null, 300]
    small: [200, 100]
  coldStartMs:
    large: [null, 5000]
    small: [4000, 3000]
`;

const parse = (text: string) => parseProfile(text, 'tiny.yaml');

describe('a profile', () => {
  const profile = parse(small);

  test('lists variants by accuracy and classes by deadline, whatever their order in the file', () => {
    expect(profile.variants).toEqual([
      { name: 'small', accuracy: 0.6 },
      { name: 'large', accuracy: 0.8 },
    ]);
    expect(profile.slo.classes.map((one) => one.name)).toEqual(['fast', 'slow']);
  });

  test('has its tables in the order of the variants, null where one does not run', () => {
    expect(profile.pools.map((pool) => pool.serviceMs)).toEqual([
      [40, 100],
      [null, 10],
    ]);
    expect(profile.lambda.serviceMs).toEqual([
      [200, 100],
      [null, 300],
    ]);
    expect(profile.lambda.coldStartMs).toEqual([
      [4000, 3000],
      [null, 5000],
    ]);
  });

  test('has the documented defaults', () => {
    expect(profile.serviceCv).toBe(0.12);
    expect(profile.clientTimeoutMs).toBe(60_000);
    expect(profile.router).toBe('overflow');
    expect(profile.metrics).toEqual({ binSeconds: 10, delaySeconds: 0, lossProbability: 0 });
    expect(profile.lambda.keepAliveSeconds).toBe(600);
    expect(profile.lambda.concurrencyLimit).toBe(1000);
    expect(profile.pools[0]!.boot).toEqual({ medianSeconds: 200, sigma: 0.2 });
    expect(profile.pools[0]!.drainSeconds).toBe(30);
    expect(profile.pools[1]!.drainSeconds).toBe(5);
  });

  test('may leave a variant out of Lambda', () => {
    const text = small.replace('    small: [200, 100]\n', '').replace('    small: [4000, 3000]\n', '');
    expect(parse(text).lambda.serviceMs[0]).toEqual([null, null]);
  });

  test('has a hash that tells what it says, not how it is written', () => {
    const reordered = small.replace(
      / {2}large: \{ accuracy: 0.8 \}\n( {2}small.*\n)/,
      '$1  large: { accuracy: 0.80 } # better\n',
    );
    expect(reordered).not.toBe(small);
    expect(profileHash(parse(reordered))).toBe(profileHash(profile));
    expect(profileHash(parse(small.replace('max: 10', 'max: 11')))).not.toBe(profileHash(profile));
    expect(profileHash(profile)).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('a wrong profile is refused with file and line:', () => {
  const spelling = 'one of version, name, decisionSeconds, slo, accuracyFloor';
  test.each<[string, string, string, string]>([
    ['other version', 'version: 1', 'version: 2', '1: version is 2, but must be 1'],
    ['bad name', 'name: tiny', 'name: Tiny!', '2: name is "Tiny!", but must be made of a-z, 0-9 and - only'],
    ['missing field', 'name: tiny\n', '', '1: name is missing, but must be made of a-z'],
    ['missing function', small.slice(small.indexOf('lambda:')), '', 'docs/profile.md says what to write where Lambda'],
    [
      'missing inner field',
      '  attainment: 0.99\n',
      '',
      '4: slo.attainment is missing, but must be a number above 0 and below 1',
    ],
    [
      'unknown field',
      'accuracyFloor',
      'acuracyFloor',
      `9: acuracyFloor is not a field that is known here, but must be ${spelling}`,
    ],
    ['misspelling', 'accuracyFloor', 'acuracyFloor', 'did you mean "accuracyFloor"?'],
    ['unknown inner field', 'slots: 4', 'slot: 4', '25: pools.gpu.slot is not a field that is known here'],
    [
      'text for a number',
      'max: 10',
      'max: many',
      '17: pools.cpu.max is "many", but must be a whole number of at least 1: state the most VMs.',
    ],
    ['fraction for a whole number', 'max: 10', 'max: 1.5', '17: pools.cpu.max is 1.5, but must be a whole number'],
    ['infinity', 'max: 10', 'max: .inf', '17: pools.cpu.max is Infinity, but must be'],
    ['list for a section', 'slo:\n', 'slo: []\nx:\n', 'x is not a field'],
    [
      'number for a section',
      'boot: { medianSeconds: 200 }',
      'boot: 200',
      '19: pools.cpu.boot is 200, but must be a section with medianSeconds, sigma',
    ],
    ['null for a number', 'slots: 1', 'slots:', '18: pools.cpu.slots is null, but must be a whole number'],
    [
      'decision of 0 s',
      'decisionSeconds: 60',
      'decisionSeconds: 0',
      '3: decisionSeconds is 0, but must be a whole number of at least 1',
    ],
    [
      'attainment of 1',
      'attainment: 0.99',
      'attainment: 1',
      '5: slo.attainment is 1, but must be a number above 0 and below 1',
    ],
    ['shares', 'share: 0.25', 'share: 0.3', '6: slo.classes has shares that add to 1.05, but must add to 1'],
    ['share of 0', 'share: 0.25', 'share: 0', '7: slo.classes.slow.share is 0, but must be a number above 0'],
    ['class named all', 'slow:', 'all:', '7: slo.classes.all has a name that reports use'],
    ['same name twice', '  small: { accuracy', '  large: { accuracy', '12: the name of this line was already used'],
    ['name in capitals', '  gpu:', '  GPU:', '21: pools.GPU has a name that must be made of a-z'],
    [
      'floor out of reach',
      'accuracyFloor: 0.7',
      'accuracyFloor: 0.9',
      '9: accuracyFloor is 0.9, but must be at most 0.8',
    ],
    [
      'floor not on Lambda',
      'large: [null, 300]',
      'large: [null, null]',
      'lambda.serviceMs.large has no number at 1024 MB',
    ],
    ['no good variant on a pool', 'large: 100, small: 40', 'small: 40', ''],
    [
      'nothing runs',
      'serviceMs: { large: 10 }',
      'serviceMs: { large: null }',
      '28: pools.gpu.serviceMs is null for every variant',
    ],
    [
      'max below min',
      'min: 0\n    max: 2',
      'min: 3\n    max: 2',
      '24: pools.gpu.max is 2, but must be at least min, which is 3',
    ],
    [
      'unknown variant',
      'large: 10 }',
      'larg: 10 }',
      '28: pools.gpu.serviceMs names "larg", but must name variants (large, small): correct it or remove it; did you mean "large"?',
    ],
    ['unknown variant on Lambda', 'small: [200, 100]', 'tiny: [200, 100]', '33: lambda.serviceMs names "tiny"'],
    [
      'service time of 0',
      'large: 10 }',
      'large: 0 }',
      '28: pools.gpu.serviceMs.large is 0, but must be a number of at least 0.001',
    ],
    [
      'short drain',
      'drainSeconds: 5',
      'drainSeconds: 0.001',
      "27: pools.gpu.drainSeconds is 0.001, but must be at least the pool's longest service time, which is 0.01 s",
    ],
    [
      'default drain too short',
      'large: 100, small',
      'large: 31000, small',
      '14: pools.cpu.drainSeconds is 30, but must be at least',
    ],
    ['bad instance type', 'c5.large', 'c5', '15: pools.cpu.instanceType is "c5", but must be an EC2 instance type'],
    [
      'memory too small',
      '[512, 1024]',
      '[64, 1024]',
      '30: lambda.memoryMb[0] is 64, but must be a whole number of at least 128 and at most 10240',
    ],
    [
      'memory falls',
      '[512, 1024]',
      '[1024, 512]',
      '30: lambda.memoryMb[1] is 512, but must be above the 1024 before it',
    ],
    ['memory repeats', '[512, 1024]', '[512, 512]', '30: lambda.memoryMb[1] is 512, but must be above'],
    ['no tier', '[512, 1024]', '[]', '30: lambda.memoryMb is [], but must be a list with at least one value'],
    ['row too short', 'small: [200, 100]', 'small: [200]', '33: lambda.serviceMs.small has 1 values, but must have 2'],
    [
      'no cold start',
      'small: [4000, 3000]',
      'small: [4000, null]',
      '36: lambda.coldStartMs.small has no number at 1024 MB',
    ],
    ['no warm time', 'small: [200, 100]', 'small: [200, null]', '33: lambda.serviceMs.small has no number at 1024 MB'],
  ])('%s', (_name, from, to, refusal) => {
    expect(small).toContain(from);
    const text = small.replace(from, to);
    if (refusal === '') {
      expect(() => parse(text)).not.toThrow(); // still on the other pool
      return;
    }
    expect(() => parse(text)).toThrow(InputProblem);
    expect(() => parse(text)).toThrow(refusal);
    expect(() => parse(text)).toThrow(/^tiny\.yaml:\d+: [^\n]+: [^\n]+[.?]$/);
  });

  test.each<[string, string]>([
    ['metrics: { binSeconds: 7 }', '37: metrics.binSeconds is 7, but must divide decisionSeconds, which is 60'],
    [
      'metrics: { binSeconds: 20, delaySeconds: 30 }',
      '37: metrics.delaySeconds is 30, but must be 0 or a multiple of metrics.binSeconds, which is 20',
    ],
    [
      'metrics: { lossProbability: 1 }',
      '37: metrics.lossProbability is 1, but must be a number of at least 0 and below 1',
    ],
    ['metrics: 3', '37: metrics is 3, but must be a section with binSeconds'],
    ['router: fastest', '37: router is "fastest", but must be overflow or weights'],
    [
      'clientTimeoutMs: 1000',
      '37: clientTimeoutMs is 1000, but must be at least the longest deadlineMs, which is 2000',
    ],
    ['serviceCv: -1', '37: serviceCv is -1, but must be a number of at least 0'],
  ])('%s', (line, refusal) => {
    expect(() => parse(`${small}${line}\n`)).toThrow(`tiny.yaml:${refusal}`);
  });

  test('a good variant that runs on no pool, or on no tier', () => {
    const noPool = small.replace('large: 100, ', '').replace('large: 10 }', 'small: 10 }');
    expect(() => parse(noPool)).toThrow(
      '9: accuracyFloor is 0.7, but one variant that reaches it (large) must run both',
    );
    const noTier = small.replace('large: [null, 300]', 'large: [null, null]').replace('[null, 5000]', '[null, null]');
    expect(() => parse(noTier)).toThrow(
      '9: accuracyFloor is 0.7, but one variant that reaches it (large) must run both',
    );
  });

  test('a variant that runs nowhere', () => {
    const text = small.replace('variants:\n', 'variants:\n  idle: { accuracy: 0.9 }\n');
    expect(() => parse(text)).toThrow('11: variants.idle runs on no pool and no Lambda tier');
  });

  test.each<[string, string, string]>([
    ['nothing', '', '1: the file is empty'],
    ['only a comment', '# later\n', '1: the file is empty'],
    ['a list', '- version: 1\n', '1: the file is [{"version":1}], but must be a section with version'],
    ['broken YAML', 'version: 1\nname: "tiny\n', 'the file is not valid YAML'],
    ['bad indentation', 'version: 1\nslo:\n  attainment: 0.9\n classes: 1\n', '4: the file is not valid YAML'],
    ['an unknown alias', 'version: *one\n', '1: '],
  ])('%s', (_name, text, refusal) => {
    expect(() => parse(text)).toThrow(InputProblem);
    expect(() => parse(text)).toThrow(refusal);
  });

  test('a file that is not there', async () => {
    await expect(readProfile('nowhere.yaml')).rejects.toThrow(
      'nowhere.yaml: cannot read the service profile, there is no such file',
    );
    await expect(readProfile('nowhere.yaml')).rejects.toThrow(InputProblem);
  });
});

test('whatever line is garbled, the profile is read or refused with file and line', () => {
  const lines = small.trimEnd().split('\n');
  const garbage = fc.oneof(
    fc.constantFrom('', 'x', ': : :', '- 1', '  a: null', '&a *a', '{', '? []', '1: 2', '__proto__: 1'),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.nat(lines.length - 1), garbage, (line, text) => {
      try {
        parse(lines.with(line, text).join('\n'));
      } catch (problem) {
        expect(problem).toBeInstanceOf(InputProblem);
        expect((problem as InputProblem).message).toMatch(/^tiny\.yaml:\d+: /);
      }
    }),
    { numRuns: 500 },
  );
});

describe('a pool on spot', () => {
  const withSpot = (spot: string) =>
    small.replace('boot: { medianSeconds: 200 }', `boot: { medianSeconds: 200 }\n    spot: ${spot}`);

  test('has a notice of two minutes, interruptions that are alone, and the price of the price book, unless it says otherwise', () => {
    expect(parseProfile(withSpot('{ interruptionsPerHour: 0.1 }'), 'tiny.yaml').pools[0]!.spot).toEqual({
      interruptionsPerHour: 0.1,
      noticeSeconds: 120,
      priceShare: null,
      waves: { share: 0, reach: 1, shortageSeconds: 0 },
    });
  });

  test('is on demand where it says nothing, and its hash is what it was', () => {
    const profile = parseProfile(small, 'tiny.yaml');
    expect(profile.pools[0]!.spot).toBeUndefined();
    expect(profileHash(profile)).not.toBe(
      profileHash(parseProfile(withSpot('{ interruptionsPerHour: 0 }'), 'tiny.yaml')),
    );
  });

  test.each([
    ['{}', 'pools.cpu.spot.interruptionsPerHour is missing, but must be a number of at least 0 and at most 60'],
    [
      '{ interruptionsPerHour: 0.1, noticeSeconds: 0.05 }',
      'pools.cpu.spot.noticeSeconds is 0.05, but must be at least',
    ],
    [
      '{ interruptionsPerHour: 0.1, priceShare: 1.5 }',
      'pools.cpu.spot.priceShare is 1.5, but must be a number above 0',
    ],
    [
      '{ interruptionsPerHour: 0.1, waves: { reach: 0 } }',
      'pools.cpu.spot.waves.reach is 0, but must be a number of at least 0.001',
    ],
  ])('with %s is refused in a sentence', (spot, refusal) => {
    expect(() => parseProfile(withSpot(spot), 'tiny.yaml')).toThrow(refusal);
  });
});
