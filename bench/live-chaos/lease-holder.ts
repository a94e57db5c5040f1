import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Call } from '../../env/twin/call-log.ts';

/** Whose the lease is, by what is stored: the run id of the holder; null: nobody's. */
export interface LeaseHolder {
  holder(): string | null;
  /** Of calls that were done. */
  performed(call: Call): void;
}

/** In a table: whoever wrote the holder last. */
export class TableHolder implements LeaseHolder {
  #holder: string | null = null;

  holder(): string | null {
    return this.#holder;
  }

  performed({ service, operation, input }: Call): void {
    if (service !== 'dynamodb' || operation !== 'UpdateItem') return;
    const values = input.ExpressionAttributeValues as Readonly<Record<string, { readonly S?: string }>>;
    const isGivenBack = String(input.UpdateExpression).includes('REMOVE');
    this.#holder = isGivenBack ? null : (values[':holder']!.S!.split(':').at(-1) ?? null);
  }
}

/** In files: who stands in the one with the highest number at the end of its name. */
export class FileHolder implements LeaseHolder {
  readonly #path: string;
  readonly #by: 'run' | 'pid';

  /** `path`: without the number; `by`: what tells controllers apart. */
  constructor(path: string, by: 'run' | 'pid') {
    this.#path = path;
    this.#by = by;
  }

  holder(): string | null {
    const prefix = `${basename(this.#path)}.`;
    const numbers = readdirSync(dirname(this.#path))
      .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
      .map((name) => Number(name.slice(prefix.length)));
    if (numbers.length === 0) return null;
    const held = JSON.parse(readFileSync(`${this.#path}.${Math.max(...numbers)}`, 'utf8')) as {
      run: string;
      pid: number;
    };
    return String(held[this.#by]);
  }

  performed(): void {}
}
