import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputProblem } from '../env/problem.ts';

/** A file stands for itself, a folder for the YAML files in it, by name. Throws an InputProblem for a folder without any. */
export async function deploymentFiles(path: string): Promise<readonly string[]> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return [path];
  const files = (await readdir(path)).filter((name) => /\.ya?ml$/.test(name)).sort();
  if (files.length > 0) return files.map((name) => join(path, name));
  throw new InputProblem(`--deployment ${path}: holds no deployment; put a YAML file there for each service.`);
}

/** Each deployment has a lease, a journal and metrics by its name. Throws an InputProblem where two share one. */
export function refuseSameNames(names: readonly string[], where: string): void {
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice === undefined) return;
  throw new InputProblem(`--deployment ${where}: two files name the deployment ${twice}; give each a name of its own.`);
}
