import { ServiceError } from '../operation.ts';
import { mapLeaves } from './leaves.ts';
import type { MemberKinds } from './member-kinds.ts';

/** More fields than any request here needs. */
const mostFields = 20_000;

type Tree = { [name: string]: Tree | string };

/**
 * The fields of a form as a tree: `A.member.2.B=c` is the member B of the second element of the list A
 * (AWS Query protocol, smithy.io/2.0/aws/protocols/aws-query-protocol.html).
 */
export function readFields(form: URLSearchParams, kinds: MemberKinds): Record<string, unknown> {
  const root: Tree = Object.create(null);
  let fields = 0;
  for (const [name, value] of form) {
    if (++fields > mostFields) throw malformed(`more than ${mostFields} fields`);
    put(root, name.split('.'), value, name);
  }
  return mapLeaves(lists(root), (leaf, member) => typed(leaf as string, member, kinds)) as Record<string, unknown>;
}

function put(root: Tree, path: readonly string[], value: string, name: string): void {
  let node = root;
  for (const part of path.slice(0, -1)) {
    const next: Tree | string = node[part] ?? Object.create(null);
    node[part] = next;
    if (typeof next === 'string') throw malformed(`${name} is both a value and a structure`);
    node = next;
  }
  node[path.at(-1)!] = value;
}

function lists(tree: Tree | string): unknown {
  if (typeof tree === 'string') return tree;
  const { member } = tree;
  if (typeof member === 'object' && Object.keys(tree).length === 1) {
    return Object.keys(member)
      .sort((a, b) => Number(a) - Number(b))
      .map((position) => lists(member[position]!));
  }
  return Object.fromEntries(Object.entries(tree).map(([name, part]) => [name, lists(part)]));
}

function typed(text: string, member: string, { numbers, booleans, times }: MemberKinds): unknown {
  if (numbers.has(member)) return numberOf(text, member);
  if (booleans.has(member)) {
    if (text !== 'true' && text !== 'false') throw malformed(`${member} is ${text}, but must be true or false`);
    return text === 'true';
  }
  if (!times.has(member)) return text;
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw malformed(`${member} is ${text}, but must be a time`);
  return time;
}

/** NaN and the infinities are values on the wire; what they mean is for the operation to say. */
function numberOf(text: string, member: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isNaN(value) && text !== 'NaN') throw malformed(`${member} is ${text}, but must be a number`);
  return value;
}

function malformed(message: string): ServiceError {
  return new ServiceError('MalformedInput', message);
}
