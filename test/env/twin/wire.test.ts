import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { credentialScope } from '../../../env/twin/wire/credential-scope.ts';
import { readFields } from '../../../env/twin/wire/query-tree.ts';
import { escapeXml, xmlElement } from '../../../env/twin/wire/xml.ts';

const none = { numbers: new Set<string>(), booleans: new Set<string>(), times: new Set<string>() };

type Structure = { [member: string]: string | Structure | (string | Structure)[] };

/** As a client of the Query protocol writes it. */
function flattened(value: Structure[string], name: string): [string, string][] {
  if (typeof value === 'string') return [[name, value]];
  if (Array.isArray(value)) return value.flatMap((one, index) => flattened(one, `${name}.member.${index + 1}`));
  return Object.entries(value).flatMap(([member, part]) => flattened(part, name === '' ? member : `${name}.${member}`));
}

const name = fc.stringMatching(/^[A-Z][A-Za-z]{1,8}$/);
const { structure } = fc.letrec<{ structure: Structure; part: Structure[string] }>((tie) => ({
  structure: fc.dictionary(name, tie('part'), { minKeys: 1, maxKeys: 4 }),
  part: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: 'grapheme' }),
    fc.array(fc.string(), { minLength: 1, maxLength: 12 }),
    fc.array(tie('structure') as fc.Arbitrary<Structure>, { minLength: 1, maxLength: 3 }),
    tie('structure') as fc.Arbitrary<Structure>,
  ) as fc.Arbitrary<Structure[string]>,
}));

describe('a form', () => {
  test('is read as the structure that it was written from', () => {
    fc.assert(
      fc.property(structure, (written) => {
        const form = new URLSearchParams(flattened(written, '')).toString();
        expect(readFields(new URLSearchParams(form), none)).toEqual(written);
      }),
      { seed: 4 },
    );
  });

  test('has its numbers, truths and times by the names of members', () => {
    const kinds = { numbers: new Set(['Weight']), booleans: new Set(['Enabled']), times: new Set(['At']) };
    const form = new URLSearchParams(
      'A.member.1.Weight=80&A.member.2.Weight=20&B.Enabled=false&At=2026-11-22T10%3A00%3A00Z&C=7',
    );
    expect(readFields(form, kinds)).toEqual({
      A: [{ Weight: 80 }, { Weight: 20 }],
      B: { Enabled: false },
      At: new Date('2026-11-22T10:00:00Z'),
      C: '7',
    });
    for (const wrong of ['Weight=much', 'Weight=', 'Enabled=yes', 'At=noon']) {
      expect(() => readFields(new URLSearchParams(wrong), kinds)).toThrow();
    }
  });

  test('cannot reach what all objects have', () => {
    readFields(new URLSearchParams('__proto__.polluted=1&constructor.prototype.polluted=1'), none);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('XML', () => {
  test('escapes every text so that it can be read back', () => {
    const back: Readonly<Record<string, string>> = {
      '&lt;': '<',
      '&gt;': '>',
      '&amp;': '&',
      '&quot;': '"',
      '&apos;': "'",
      '&#xD;': '\r',
    };
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const escaped = escapeXml(text);
        expect(escaped).not.toMatch(/[<>"'\r]/);
        expect(escaped.replace(/&[#\w]+;/g, (one) => back[one]!)).toBe(text);
      }),
      { seed: 5 },
    );
  });

  test('has no control characters, which it cannot say', () => {
    expect(escapeXml('a\u0000b\u001fc\td\ne')).toBe('a\ufffdb\ufffdc\td\ne');
  });

  test('writes lists as members, an empty one as an empty element, and what is absent not at all', () => {
    const value = { A: [1, true], B: [], C: undefined, D: null, E: new Date(0), F: { G: '<' } };
    expect(xmlElement('X', value)).toBe(
      '<X><A><member>1</member><member>true</member></A><B></B><E>1970-01-01T00:00:00.000Z</E><F><G>&lt;</G></F></X>',
    );
  });
});

test('a signature says for whom it is', () => {
  const of = (service: string) =>
    credentialScope(`AWS4-HMAC-SHA256 Credential=AKIA/20261122/eu-west-1/${service}/aws4_request, X`);
  expect(of('monitoring')).toEqual({ accessKeyId: 'AKIA', region: 'eu-west-1', service: 'monitoring' });
  expect(of('s3')).toBeNull();
  expect(credentialScope(undefined)).toBeNull();
  expect(credentialScope('Bearer x')).toBeNull();
});
