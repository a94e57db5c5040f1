import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { makeFolder } from '../../env/make-folder.ts';
import { InputProblem } from '../../env/problem.ts';
import { decodeFloats, encodeFloats } from './float-file.ts';
import { networkLayout } from './layout.ts';
import {
  checkpointFormat,
  checkpointVersion,
  type Manifest,
  type NetworkEntry,
  networkEntry,
  parseManifest,
  parseResume,
  type Resume,
  trainingEntry,
} from './manifest.ts';
import type { LearnerState } from './snapshot.ts';

/** One or more agents and what is to be known about them. */
export interface Checkpoint {
  /** Anything that JSON can hold, under other names than format, version and networks; kept in the manifest. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** [name] Names are lower-case words joined by dashes. */
  readonly networks: Readonly<Record<string, LearnerState>>;
  /** What the caller needs, besides the networks' training parts, to go on with training; null: nothing. */
  readonly resume: Readonly<Record<string, unknown>> | null;
}

/**
 * Writes a checkpoint as a folder:
 * - `manifest.json`: format, version, the fields, and of each network shape, hyper-parameters and normalisation;
 * - `NAME.weights.bin`: the parameter vector in the order of layout.ts, float32, little-endian;
 * - `NAME.optimizer.bin`: Adam's first moments, then its second, each as long as the weights and in their order;
 * - `resume.json`: counts of steps, return scaling, random state, and the caller's own.
 * The last two only serve to resume: a checkpoint without them still acts. The folder holds nothing else, and changes
 * from the old checkpoint to the new one in one rename, so that it is never half written.
 *
 * @throws InputProblem where the folder holds anything that is no part of a checkpoint
 */
export async function writeCheckpoint(folder: string, checkpoint: Checkpoint): Promise<void> {
  const target = resolve(folder);
  await refuseForeign(target, folder);
  const partial = join(dirname(target), `.${basename(target)}.partial`);
  await rm(partial, { recursive: true, force: true });
  await makeFolder(partial);
  await writeFiles(partial, checkpoint);
  const previous = previousFolder(target);
  // Where an earlier write died between its renames, the only checkpoint is the previous one: it stays until there is another.
  if ((await stat(target).catch(ignoreAbsent)) !== undefined) {
    await rm(previous, { recursive: true, force: true });
    await rename(target, previous);
  }
  await rename(partial, target);
  await rm(previous, { recursive: true, force: true });
}

/** On the disk itself before it is named a checkpoint: after a power cut a rename may be there, and what was written before it not. */
function writeThrough(path: string, content: string | Uint8Array): Promise<void> {
  return writeFile(path, content, { flush: true });
}

/** @throws InputProblem in one sentence that names the path, where there is no checkpoint or not one of ours */
export async function readCheckpoint(folder: string): Promise<Checkpoint> {
  // Where a write was killed between its two renames, the former checkpoint still lies beside.
  const found = (await readManifest(folder)) ?? (await readManifest(previousFolder(resolve(folder))));
  if (found === null) {
    throw new InputProblem(`There is no checkpoint in ${folder}: it must hold a manifest.json as \`train\` writes it.`);
  }
  const { place, manifest } = found;
  const resumePath = join(place, 'resume.json');
  const resumeText = await readFile(resumePath, 'utf8').catch(ignoreAbsent);
  const resume = resumeText === undefined ? null : parseResume(resumeText, resumePath);
  const networks: Record<string, LearnerState> = {};
  for (const [name, entry] of Object.entries(manifest.networks)) {
    networks[name] = await readNetwork(place, name, entry, resume);
  }
  const { format: _format, version: _version, networks: _networks, ...fields } = manifest;
  return { fields, networks, resume: resume?.caller ?? null };
}

/** Whether there is one to read, whole or not: also where a write was killed between its two renames. */
export async function holdsCheckpoint(folder: string): Promise<boolean> {
  const places = [folder, previousFolder(resolve(folder))];
  const found = await Promise.all(places.map((place) => stat(place).catch(ignoreAbsent)));
  return found.some((one) => one !== undefined);
}

function previousFolder(target: string): string {
  return join(dirname(target), `.${basename(target)}.previous`);
}

async function writeFiles(folder: string, { fields, networks, resume }: Checkpoint): Promise<void> {
  const entries: Record<string, NetworkEntry> = {};
  const training: Resume['networks'] = {};
  for (const [name, state] of Object.entries(networks)) {
    entries[name] = networkEntry(state);
    await writeThrough(join(folder, `${name}.weights.bin`), encodeFloats([state.parameters]));
    if (state.training === null) continue;
    const { policy, critic } = state.training.optimizer;
    const moments = encodeFloats([policy.first, critic.first, policy.second, critic.second]);
    await writeThrough(join(folder, `${name}.optimizer.bin`), moments);
    training[name] = trainingEntry(state.training);
  }
  const manifest = { ...fields, format: checkpointFormat, version: checkpointVersion, networks: entries };
  if (resume !== null || Object.keys(training).length > 0) {
    await writeThrough(join(folder, 'resume.json'), `${JSON.stringify({ networks: training, caller: resume })}\n`);
  }
  await writeThrough(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

async function refuseForeign(target: string, folder: string): Promise<void> {
  const there = await stat(target).catch(ignoreAbsent);
  if (there === undefined) return;
  if (!there.isDirectory()) throw new InputProblem(`${folder} is a file: a checkpoint is a folder, so name another.`);
  const own = /^(manifest\.json|resume\.json|[a-z0-9-]+\.(weights|optimizer)\.bin)$/;
  const foreign = (await readdir(target)).find((file) => !own.test(file));
  if (foreign === undefined) return;
  throw new InputProblem(
    `${folder} holds ${foreign}, which is no part of a checkpoint and would be lost: name a folder of its own.`,
  );
}

async function readManifest(folder: string): Promise<{ place: string; manifest: Manifest } | null> {
  const path = join(folder, 'manifest.json');
  const text = await readFile(path, 'utf8').catch(ignoreAbsent);
  return text === undefined ? null : { place: folder, manifest: parseManifest(text, path) };
}

async function readNetwork(
  folder: string,
  name: string,
  { observationSize, heads, hyperparameters, normalizer }: NetworkEntry,
  resume: Resume | null,
): Promise<LearnerState> {
  const { size, criticOffset } = networkLayout({ observationSize, heads }, hyperparameters);
  const parameters = await readFloats(join(folder, `${name}.weights.bin`), size);
  const snapshot = { shape: { observationSize, heads }, hyperparameters, parameters, normalizer };
  const entry = resume?.networks[name];
  if (entry === undefined) return { ...snapshot, training: null };
  const moments = await readFloats(join(folder, `${name}.optimizer.bin`), 2 * size);
  const cut = (steps: number, from: number, to: number) => ({
    steps,
    first: moments.slice(from, to),
    second: moments.slice(size + from, size + to),
  });
  const optimizer = {
    policy: cut(entry.policySteps, 0, criticOffset),
    critic: cut(entry.criticSteps, criticOffset, size),
  };
  return { ...snapshot, training: { optimizer, returnScaler: entry.returnScaler, random: entry.random } };
}

async function readFloats(path: string, count: number): Promise<Float32Array> {
  const bytes = await readFile(path).catch(ignoreAbsent);
  if (bytes === undefined) throw new InputProblem(`The checkpoint lacks ${path}, which its manifest announces.`);
  if (bytes.length !== 4 * count) {
    throw new InputProblem(
      `The checkpoint is damaged: ${path} has ${bytes.length} bytes where its manifest calls for ${4 * count}.`,
    );
  }
  const floats = decodeFloats(bytes);
  const wrong = floats.findIndex((one) => !Number.isFinite(one));
  if (wrong >= 0) {
    throw new InputProblem(
      `The checkpoint is damaged: the ${wrong + 1}. of ${count} values in ${path} is no finite number; train it anew.`,
    );
  }
  return floats;
}

function ignoreAbsent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return;
  throw error;
}
