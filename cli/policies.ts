import type { Command } from 'commander';
import { didYouMean } from '../env/did-you-mean.ts';
import { InputProblem } from '../env/problem.ts';
import type { Parameter, PolicyKind } from '../policies/kind.ts';
import { policyKinds } from '../policies/registry.ts';
import { columns } from './columns.ts';

export function registerPolicies(program: Command, write: (text: string) => void): void {
  program
    .command('policies')
    .summary('what can decide, and its parameters')
    .description('Lists the policies with their sources, and each parameter with its default, range and meaning.')
    .argument('[name]', 'only this one')
    .action((name: string | undefined) => write(policiesText(chosen(name))));
}

function chosen(name: string | undefined): readonly PolicyKind[] {
  const found = name === undefined ? policyKinds : policyKinds.filter((kind) => kind.name === name);
  if (found.length > 0) return found;
  const names = policyKinds.map((kind) => kind.name);
  throw new InputProblem(
    `policy ${name}: is unknown, the rules are ${names.join(', ')}${didYouMean(name!, names) || '.'}`,
  );
}

export function policiesText(kinds: readonly PolicyKind[]): string {
  return `${kinds.map(kindText).join('\n')}
Name one as in mixed or ${example(kinds)}; ppo:CHECKPOINT names an agent that spillway train made.
`;
}

function example(kinds: readonly PolicyKind[]): string {
  const kind = kinds.find((one) => one.parameters.some((parameter) => parameter.default !== null)) ?? kinds[0]!;
  const parameter = kind.parameters.find((one) => one.default !== null);
  return parameter === undefined ? kind.name : `${kind.name}:${parameter.name}=${parameter.default}`;
}

function kindText(kind: PolicyKind): string {
  const rows = columns(kind.parameters.map(parameterCells));
  return `${kind.name}: ${kind.summary}\n${marks(kind)}${rows.map((row) => `  ${row}\n`).join('')}  Source: ${kind.source}\n  Left open there: ${kind.open}\n`;
}

/** What sets a kind apart from those that decide on the service's clock and know the past only. */
function marks({ isClairvoyant, cadenceSeconds }: PolicyKind): string {
  const clairvoyant = isClairvoyant
    ? '  Knows the future: a yardstick for spillway evaluate, which no controller can run.\n'
    : '';
  const clock =
    cadenceSeconds === undefined ? '' : `  Decides every ${cadenceSeconds} s, whatever decisionSeconds says.\n`;
  return `${clairvoyant}${clock}`;
}

function parameterCells(parameter: Parameter): string[] {
  const router = parameter.router === undefined ? '' : ` (router ${parameter.router})`;
  return [
    parameter.name,
    parameter.default === null ? 'not set' : `${parameter.default}`,
    `${parameter.min} to ${parameter.max} ${parameter.unit}`,
    `${parameter.meaning}${router}`,
  ];
}
