import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generatorKinds } from '../../env/workload/generators.ts';
import { parseGenerator } from '../../env/workload/reference.ts';
import { parseTrace } from '../../env/workload/trace.ts';
import { policyKinds } from '../../policies/registry.ts';
import { commandNames, examplesProgram } from './examples.ts';
import { blocks, named, pages, readPage, section, tableRows } from './pages.ts';

const readme = readPage('README.md');
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));

test('the table of commands holds every command of the program, and no other', () => {
  const rows = tableRows(section(readme, '## Commands')).map(([command]) => named(command!)[0]);
  expect(rows.toSorted()).toEqual(
    commandNames(examplesProgram())
      .map((name) => `spillway ${name}`)
      .toSorted(),
  );
});

test('every option that the README names exists', () => {
  const options = examplesProgram()
    .commands.flatMap((command) => [command, ...command.commands])
    .flatMap((command) => command.options.map((option) => option.long));
  const asked = named(readme.text).flatMap((code) => [...code.matchAll(/--[a-z-]+/g)].map((match) => match[0]));
  const known = [...options, '--help'];
  expect(asked.filter((option) => !known.includes(option))).toEqual([]);
  expect(asked.length).toBeGreaterThan(5);
});

test('the rules that the README lists are those of the program', () => {
  const paragraph = section(readme, '### 3. Give the rules their chance').split('The [rules]')[1]!;
  expect(named(paragraph)).toEqual(policyKinds.map((kind) => kind.name));
});

test('so are those of the changelog, and it names every command', () => {
  const { text } = readPage('CHANGELOG.md');
  for (const { name } of policyKinds) expect(text).toContain(`\`${name}\``);
  for (const command of examplesProgram().commands) expect(text).toContain(`spillway ${command.name()}`);
});

test('the example of a trace is one', () => {
  const text = blocks(readme).find(({ language }) => language === 'csv')!.text;
  expect([...parseTrace(text, 'README.md', 1).requests]).toHaveLength(text.trim().split('\n').length - 1);
});

test('every generator that stands in the documentation parses', () => {
  const names = generatorKinds.map((kind) => kind.name);
  const references = pages()
    .flatMap((page) => named(page.text))
    .filter((code) => names.includes(code.split(':')[0]!) && /^[\w-]+:\S+$/.test(code));
  expect(references.length).toBeGreaterThan(0);
  for (const reference of references) expect(() => parseGenerator(reference)).not.toThrow();
});

test('the README asks for the Node that the package asks for, and names its licence', () => {
  const least = /^>=(\d+\.\d+)$/.exec(manifest.engines.node)![1]!;
  expect(readme.text).toContain(`needs Node ${least} or newer`);
  expect(readme.text).toContain(`Licence: [${manifest.license}](LICENSE)`);
});
