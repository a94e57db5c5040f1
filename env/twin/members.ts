import { type Input, ServiceError } from './operation.ts';

/** Reads the members of a request. The query protocol knows only texts, so numbers and truth values may come as such. */
export class Members {
  readonly #input: Input;
  readonly #code: string;

  /** `code`: of the error by which the service refuses a member that is missing or of the wrong type. */
  constructor(input: Input, code: string) {
    this.#input = input;
    this.#code = code;
  }

  text(name: string): string {
    return this.textOrNull(name) ?? this.#refuse(name, 'is missing');
  }

  textOrNull(name: string): string | null {
    const value = this.#input[name] ?? null;
    if (value === null) return null;
    return typeof value === 'string' ? value : this.#refuse(name, 'is not a text');
  }

  number(name: string): number {
    return this.numberOrNull(name) ?? this.#refuse(name, 'is missing');
  }

  numberOrNull(name: string): number | null {
    const value = this.#input[name] ?? null;
    if (value === null) return null;
    const number = typeof value === 'number' ? value : Number(typeof value === 'string' ? value : Number.NaN);
    return Number.isFinite(number) ? number : this.#refuse(name, 'is not a number');
  }

  truth(name: string): boolean {
    const value = this.#input[name] ?? false;
    return value === true || value === 'true';
  }

  /** Empty where it is missing. */
  texts(name: string): readonly string[] {
    return this.#list(name).map((value) =>
      typeof value === 'string' ? value : this.#refuse(name, 'is not a list of texts'),
    );
  }

  /** Structures of a list; empty where it is missing. */
  structures(name: string): readonly Members[] {
    return this.#list(name).map((value) => this.#within(name, value));
  }

  structureOrNull(name: string): Members | null {
    const value = this.#input[name] ?? null;
    return value === null ? null : this.#within(name, value);
  }

  /** All that was given, by name. */
  entries(): readonly (readonly [string, unknown])[] {
    return Object.entries(this.#input);
  }

  #list(name: string): readonly unknown[] {
    const value = this.#input[name] ?? [];
    return Array.isArray(value) ? value : this.#refuse(name, 'is not a list');
  }

  #within(name: string, value: unknown): Members {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return this.#refuse(name, 'is not a structure');
    return new Members(value as Input, this.#code);
  }

  #refuse(name: string, problem: string): never {
    throw new ServiceError(this.#code, `1 validation error detected: the member ${name} ${problem}`);
  }
}
