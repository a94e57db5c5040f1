import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { faultKinds } from '../../env/aws/calls/fault.ts';
import { allQueries, serviceMetrics } from '../../env/aws/metrics/metric-queries.ts';
import { metricKey } from '../../env/aws/metrics/metric-query.ts';
import { permissions, permittedCommands, policyDocument } from '../../env/aws/permissions.ts';
import { parseDeployment, readDeployment } from '../../env/deployment/deployment.ts';
import { deploymentSchema } from '../../env/deployment/schema.ts';
import { parseProfile } from '../../env/profile.ts';
import { actionsFrom, actionsIn, filesOf } from './deployed.ts';
import { blocks, named, readPage, section, tableRows } from './pages.ts';

const page = readPage('docs/aws.md');
const example = blocks(page).find(({ language }) => language === 'yaml')!.text;

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly default?: unknown;
}

/** Every field with its default, or null where there is none; what is keyed by name is NAME, and a table of ARNs one field. */
function accepted(schema: JsonSchema, path = ''): [string, string | null][] {
  const inner = schema.anyOf?.find(({ properties }) => properties !== undefined) ?? schema;
  const join = (name: string) => (path === '' ? name : `${path}.${name}`);
  if (inner.properties !== undefined) {
    return Object.entries(inner.properties).flatMap(([name, one]) => accepted(one, join(name)));
  }
  const entry = inner.additionalProperties;
  if (typeof entry === 'object' && entry.properties !== undefined) return accepted(entry, join('NAME'));
  return [[path, schema.default === undefined ? null : String(schema.default)]];
}

describe('docs/aws.md', () => {
  test('explains every field of a deployment with its default, and no other', () => {
    const rows = tableRows(section(page, '## The deployment file'));
    const documented = rows.map(([field, , value]) => [named(field!)[0]!, value === 'required' ? null : value]);
    const schema = z.toJSONSchema(deploymentSchema, { io: 'input' }) as JsonSchema;
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(accepted(schema)));
  });

  test('has a deployment that parses, for the profile of docs/profile.md', () => {
    const text = blocks(readPage('docs/profile.md')).find(({ language }) => language === 'yaml')!.text;
    const profile = parseProfile(text, 'docs/profile.md');
    expect(parseDeployment(example, 'docs/aws.md', profile).name).toBe('sentiment-prod');
  });

  test('names every check of the doctor, and no other', () => {
    const sources = [...filesOf('env/aws/doctor'), 'cli/doctor.ts']
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    const checks = [...sources.matchAll(/\babout\(\s*'([a-z ]+)'|check: '([a-z ]+)'/g)].map((one) => one[1] ?? one[2]!);
    const rows = tableRows(section(page, '## The doctor')).map(([check]) => named(check!)[0]!);
    expect(rows.toSorted()).toEqual([...new Set(checks)].sort());
  });

  test('explains every kind of fault, and no other', () => {
    const rows = tableRows(section(page, '## What goes wrong with a call'));
    expect(rows.map(([kind]) => named(kind!)[0])).toEqual([...faultKinds]);
  });

  test.each(permittedCommands)('has the policy of %s as JSON that IAM could read', (command) => {
    const json = blocks({ ...page, text: section(page, `### ${command}`) })[0]!.text;
    expect(JSON.parse(json)).toEqual(policyDocument(command));
  });

  test('counts the series of the examples as the code asks for them', async () => {
    for (const name of ['image-classifier', 'weighted-classifier']) {
      const { deployment, profile } = await readDeployment(`examples/aws/${name}.yaml`);
      const series = new Set(allQueries(serviceMetrics(deployment, profile)).map(metricKey)).size;
      const usd = ((series * 1440 * 30) / 1000) * 0.01;
      expect(section(page, '## What the calls cost')).toContain(`| \`${name}\` | ${series} | $${usd.toFixed(2)} |`);
    }
  });
});

describe('the permissions hold exactly what the code asks for', () => {
  const writing = ['env/aws/writing/live-writer.ts', 'env/aws/dynamo-lease.ts'];
  const entries = {
    import: actionsFrom(['env/aws/import-arrivals.ts']),
    doctor: actionsFrom(['env/aws/doctor/examine.ts', 'env/aws/doctor/examination.ts']),
    shadow: actionsFrom(['cli/live/aws-world.ts'], writing),
    live: actionsFrom(['cli/live/aws-world.ts']),
  };

  test.each(permittedCommands)('of %s', (command) => {
    const allowed = permissions.filter(({ commands }) => commands.includes(command)).flatMap(({ actions }) => actions);
    const asked = entries[command].filter((action) => action !== 'sts:GetCallerIdentity');
    expect(allowed.toSorted()).toEqual(asked);
  });

  test('and no file of env/aws asks for anything else', () => {
    const known = Object.values(entries).flat();
    expect(actionsIn(filesOf('env/aws')).filter((action) => !known.includes(action))).toEqual([]);
  });

  test('nothing that is written is among what the doctor, the import and shadow mode may do', () => {
    const writes = /:(Set|Put|Update|Modify|Delete|Publish|Create|Suspend|Resume)/;
    for (const command of ['import', 'doctor', 'shadow'] as const) {
      const actions = policyDocument(command).Statement.flatMap(({ Action }) => Action);
      expect(actions.filter((action) => writes.test(action))).toEqual([]);
    }
  });

  test('every statement that changes a thing of the service wants its tag', () => {
    const changing = policyDocument('live').Statement.filter(({ Sid }) => !/^(Read|Describe|Examine|Hold)/.test(Sid));
    expect(changing.length).toBeGreaterThan(2);
    for (const statement of changing) expect(statement.Condition).toBeDefined();
  });
});
