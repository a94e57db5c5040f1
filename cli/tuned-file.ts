import { access } from 'node:fs/promises';
import { stringify } from 'yaml';
import { z } from 'zod';
import { readInput } from '../env/input-file.ts';
import { InputProblem } from '../env/problem.ts';
import { section, YamlSource } from '../env/yaml-source.ts';
import type { ParameterValues } from '../policies/kind.ts';

const remedy = 'let spillway tune --out write the file';
const word = z.string({ error: `a text: ${remedy}` });
const number = z.number({ error: `a number: ${remedy}` });

const tunedSchema = section(
  {
    version: z.literal(1, { error: `1: ${remedy}` }),
    service: word,
    /** SHA-256 of what the profile says. */
    serviceHash: word,
    fidelity: z.enum(['request-level', 'fluid'], { error: `request-level or fluid: ${remedy}` }),
    /** Workloads that the settings were chosen on. */
    traces: z.array(word, { error: `a list of traces: ${remedy}` }),
    budget: number,
    seed: number,
    reserve: number,
    /** [policy][parameter] */
    policies: z.record(
      z.string(),
      z.record(z.string(), number, { error: `a section with the policy's parameters: ${remedy}` }),
      { error: `a section with the policies: ${remedy}` },
    ),
  },
  remedy,
);

/** What `spillway tune --out` writes and `spillway evaluate --tuned` reads. */
export type TunedFile = z.infer<typeof tunedSchema>;

export async function readTuned(path: string): Promise<TunedFile> {
  return new YamlSource(await readInput(path, 'file of tuned parameters'), path).read(tunedSchema);
}

/** JSON where the name ends so, else YAML. */
export function tunedText(tuned: TunedFile, path: string): string {
  if (path.endsWith('.json')) return `${JSON.stringify(tuned, null, 2)}\n`;
  return `# Written by spillway tune; read by spillway evaluate --tuned.\n${stringify(tuned, { lineWidth: 0 })}`;
}

/** The later file with the policies of the earlier one that it lacks, if both were made in the same way; else the later alone. */
export function merged(earlier: TunedFile | null, later: TunedFile): TunedFile {
  if (earlier === null || !isMadeAlike(earlier, later)) return later;
  return { ...later, policies: { ...earlier.policies, ...later.policies } };
}

function isMadeAlike(one: TunedFile, other: TunedFile): boolean {
  const how = ({ policies: _, ...rest }: TunedFile) => JSON.stringify(rest);
  return how(one) === how(other);
}

/**
 * Refuses a file that `later` would be written over, and with it what is found nowhere else: another file, or settings made in another way of policies
 * other than those to come.
 */
export async function refuseLoss(path: string, later: TunedFile, policies: readonly string[]): Promise<void> {
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (!isThere) return;
  const earlier = await readTuned(path).catch((problem: Error) => {
    throw new InputProblem(
      `--out ${path}: is there already, and is no file of tuned parameters (${problem.message}): name another file.`,
    );
  });
  const lost = Object.keys(earlier.policies).filter((one) => !policies.includes(one));
  if (lost.length === 0 || isMadeAlike(earlier, later)) return;
  throw new InputProblem(
    `--out ${path}: holds settings of ${lost.join(', ')} that were made in another way (service, fidelity, traces, budget, seed or reserve) and would be lost: ` +
      `name another file, and this one with --earlier if its settings are to be tried.`,
  );
}

/** What is set, for the file; what is not set has its default. */
export function statedValues(values: ParameterValues): Record<string, number> {
  return Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

/** The specification that a policy named without parameters stands for. */
export function tunedSpecification(tuned: TunedFile, name: string): string {
  const values = tuned.policies[name];
  const settings = Object.entries(values ?? {}).map(([parameter, value]) => `${parameter}=${value}`);
  return settings.length === 0 ? name : `${name}:${settings.join(',')}`;
}

export function refuseUntuned(tuned: TunedFile, path: string, names: readonly string[]): void {
  if (names.some((name) => name in tuned.policies)) return;
  throw new InputProblem(
    `--tuned ${path}: holds parameters of ${Object.keys(tuned.policies).join(', ') || 'no policy'}, but none of these is among --policies by its bare name; name one, or leave --tuned out.`,
  );
}
