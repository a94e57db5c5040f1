import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Deployment } from '../env/deployment/deployment.ts';
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
export function refuseSameNames(deployments: readonly Deployment[], where: string): void {
  const names = deployments.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice === undefined) return;
  throw new InputProblem(`--deployment ${where}: two files name the deployment ${twice}; give each a name of its own.`);
}

/** Of two that change the same, each would take the other's changes for somebody else's, and change them back. Throws an InputProblem where two do. */
export function refuseSameResources(deployments: readonly Deployment[], where: string): void {
  const owners = new Map<string, string>();
  for (const deployment of deployments) {
    for (const resource of resourcesOf(deployment)) {
      const owner = owners.get(resource);
      if (owner !== undefined) {
        throw new InputProblem(
          `--deployment ${where}: ${owner} and ${deployment.name} both name ${resource}, and each would change back what the other did; leave it to one of them.`,
        );
      }
      owners.set(resource, deployment.name);
    }
  }
}

/** What a deployment changes, each once, as in "the group a in eu-west-1". */
function resourcesOf({ region, pools, functions, rule, router }: Deployment): ReadonlySet<string> {
  return new Set([
    ...pools.map(({ autoScalingGroup }) => `the group ${autoScalingGroup} in ${region}`),
    ...functions.flatMap((one) => (one === null ? [] : [`the function ${one.name} in ${region}`])),
    ...(rule === null ? [] : [`the rule ${rule}`]),
    ...(router === null ? [] : [`the router ${router.socket}`]),
  ]);
}
