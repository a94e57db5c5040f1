import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Document as YamlDocument } from 'yaml';
import { z } from 'zod';
import { didYouMean } from './did-you-mean.ts';
import { legalRange, type NumberRule, obeys } from './number-rule.ts';
import { InputProblem } from './problem.ts';
import { shown } from './shown.ts';

export type Path = readonly PropertyKey[];

/** A YAML file that refuses what is wrong in it with one sentence: file and line, field, value, legal range, remedy. */
export class YamlSource {
  readonly #file: string;
  readonly #document: YamlDocument.Parsed;
  readonly #lines = new LineCounter();

  constructor(text: string, file: string) {
    this.#file = file;
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false, logLevel: 'error' });
    const [error] = this.#document.errors;
    if (error !== undefined) this.#refuseSyntax(error.code, error.message, error.pos[0]);
    if (this.#document.contents === null) {
      throw new InputProblem(`${file}:1: the file is empty: write its fields, as the documentation's example shows.`);
    }
  }

  /** What the file says, checked against a schema made of the parts below. */
  read<S extends z.ZodType>(schema: S): z.output<S> {
    const value = this.#plain();
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    // A misspelt field is also a missing one: the misspelling is what the reader can mend.
    const issues = [...result.error.issues].sort((a, b) => urgency(a) - urgency(b));
    return this.#refuseIssue(issues[0]!, value);
  }

  refuse(path: Path, sentence: string): never {
    throw new InputProblem(`${this.#file}:${this.#line(path)}: ${sentence}`);
  }

  /** @param fault what is wrong with the field, without its name */
  refuseField(path: Path, fault: string): never {
    return this.refuse(path, `${dotted(path)} ${fault}`);
  }

  #plain(): unknown {
    try {
      return this.#document.toJS();
    } catch (cause) {
      throw new InputProblem(`${this.#file}:1: the aliases cannot be resolved: write the values out.`, { cause });
    }
  }

  #refuseSyntax(code: string, message: string, offset: number): never {
    const line = this.#lines.linePos(offset).line;
    const sentence =
      code === 'DUPLICATE_KEY'
        ? 'the name of this line was already used in the same section: names must be unique, rename or remove one.'
        : `the file is not valid YAML (${message.replace(/\s+/g, ' ').trim()}): mend the indentation or the quotes there.`;
    throw new InputProblem(`${this.#file}:${line}: ${sentence}`);
  }

  #refuseIssue(issue: z.core.$ZodIssue, root: unknown): never {
    if (issue.code === 'unrecognized_keys') {
      const path = [...issue.path, issue.keys[0]!];
      return this.refuseField(path, `is not a field that is known here, but must be ${issue.message}`);
    }
    if (issue.code === 'invalid_key') {
      return this.refuseField(issue.path, `has a name that must be ${issue.issues[0]!.message}.`);
    }
    const value = valueAt(root, issue.path);
    const fault = value === undefined ? 'is missing' : `is ${shown(value)}`;
    return this.refuseField(issue.path, `${fault}, but must be ${issue.message}.`);
  }

  /** Of the key at the path, or of the nearest thing around it that the file has. */
  #line(path: Path): number {
    let node: unknown = this.#document.contents;
    let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
    for (const step of path) {
      if (isMap(node)) {
        const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
        if (pair === undefined) break;
        if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
        node = pair.value;
      } else if (isSeq(node)) {
        node = node.items[Number(step)];
        if (isNode(node)) offset = node.range?.[0] ?? offset;
      } else break;
    }
    return this.#lines.linePos(offset).line;
  }
}

/** A section with these fields and no others. */
export function section<S extends z.ZodRawShape>(shape: S, remedy = 'write its fields below it, indented') {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `one of ${known.join(', ')}: correct or remove it${didYouMean(issue.keys[0]!, known) || '.'}`
        : `a section with ${known.join(', ')}: ${remedy}`,
  });
}

const plainName = z.string().regex(/^[a-z0-9-]+$/, 'made of a-z, 0-9 and - only: rename it, as in "gpu-spot"');

/** A section whose keys are names that the file's author chose; at least one. */
export function named<S extends z.ZodType>(value: S, remedy: string, key = plainName) {
  const error = `a section with at least one name: ${remedy}`;
  return z.record(key, value, { error }).refine((entries) => Object.keys(entries).length > 0, { error });
}

/** As `named`, and none of them will do. */
export function namedOrNone<S extends z.ZodType>(value: S, remedy: string) {
  return z.record(plainName, value, { error: `a section with names: ${remedy}` }).default({});
}

export function decimal(rule: NumberRule, remedy: string) {
  const error = `${legalRange(rule)}: ${remedy}`;
  return z.number({ error }).refine((value) => obeys(value, rule), { error });
}

export function text(pattern: RegExp, legal: string, remedy: string) {
  const error = `${legal}: ${remedy}`;
  return z.string({ error }).regex(pattern, { error });
}

/** `pools.cpu.boot`, `lambda.memoryMb[2]`; the file itself where the path is empty. */
export function dotted(path: Path): string {
  const name = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return name === '' ? 'the file' : name.replace(/^\./, '');
}

function urgency(issue: z.core.$ZodIssue): number {
  return issue.code === 'unrecognized_keys' ? 0 : 1;
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}
