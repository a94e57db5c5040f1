import { ServiceError } from '../operation.ts';

/** `{ S: text }`, `{ N: "12" }` or `{ BOOL: true }` of the DynamoDB API. */
export type AttributeValue = Readonly<Record<string, unknown>>;
export type Item = Readonly<Record<string, AttributeValue>>;

export interface Placeholders {
  /** `#name` stands for a name, `:name` for a value. */
  readonly names: Readonly<Record<string, unknown>>;
  readonly values: Readonly<Record<string, unknown>>;
}

const pattern = /\s*(#\w+|:\w+|[A-Za-z_]\w*|<>|<=|>=|[=<>()+,-])/y;

/** The words of an expression, taken one after the other. Keywords may be written in either case. */
export class Tokens {
  readonly #tokens: readonly string[];
  readonly #placeholders: Placeholders;
  #position = 0;

  constructor(expression: string, placeholders: Placeholders) {
    this.#tokens = split(expression);
    this.#placeholders = placeholders;
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#tokens.length;
  }

  /** Takes the next word where it is this one. */
  takes(word: string): boolean {
    const isNext = this.#tokens[this.#position]?.toUpperCase() === word.toUpperCase();
    if (isNext) this.#position++;
    return isNext;
  }

  expect(word: string): void {
    if (!this.takes(word)) throw this.problem();
  }

  take(): string {
    const token = this.#tokens[this.#position++];
    if (token === undefined) throw this.problem();
    return token;
  }

  /** The name of an attribute. */
  takeName(): string {
    const token = this.take();
    if (!token.startsWith('#')) {
      if (/^[A-Za-z_]/.test(token)) return token;
      throw this.problem();
    }
    const name = this.#placeholders.names[token];
    if (typeof name === 'string') return name;
    throw invalid(`An expression attribute name used in the document path is not defined; attribute name: ${token}`);
  }

  /** A value, or that of an attribute; null: the item has no such attribute. */
  takeOperand(item: Item): AttributeValue | null {
    if (!this.#tokens[this.#position]?.startsWith(':')) return item[this.takeName()] ?? null;
    const token = this.take();
    const value = this.#placeholders.values[token];
    if (typeof value === 'object' && value !== null) return value as AttributeValue;
    throw invalid(`An expression attribute value used in expression is not defined; attribute value: ${token}`);
  }

  problem(): ServiceError {
    const near = this.#tokens[Math.min(this.#position, this.#tokens.length) - 1] ?? '';
    return invalid(`Invalid expression: Syntax error; token: "${near}"`);
  }
}

export function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}

function split(expression: string): string[] {
  const tokens: string[] = [];
  pattern.lastIndex = 0;
  const end = expression.trimEnd().length;
  while (pattern.lastIndex < end) {
    const start = pattern.lastIndex;
    const match = pattern.exec(expression);
    if (match === null)
      throw invalid(`Invalid expression: Syntax error; near: "${expression.slice(start, start + 20)}"`);
    tokens.push(match[1]!);
  }
  return tokens;
}
