import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { InputProblem } from '../../env/problem.ts';

const require = createRequire(import.meta.url);

/** Loads a package that a user may have installed beside ours. @param remedy the command that installs it */
export async function loadOptional(backend: string, name: string, remedy: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(require.resolve(name)).href);
  } catch (error) {
    throw new InputProblem(
      `Backend ${backend} needs the package ${name}, which ${complaint(error, name)}: run \`${remedy}\`, or use --backend wasm.`,
    );
  }
}

/** A package may also be there without its binary, when its install script did not run. */
function complaint(error: unknown, name: string): string {
  if (
    error instanceof Error &&
    'code' in error &&
    error.code === 'MODULE_NOT_FOUND' &&
    error.message.includes(`'${name}'`)
  ) {
    return 'is not installed';
  }
  const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
  return `is installed but does not load (${reason})`;
}
