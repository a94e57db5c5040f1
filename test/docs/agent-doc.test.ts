import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { levelFeatures } from '../../agent/level-features.ts';
import { backendChoices, selectBackend } from '../../agent/ppo/backend.ts';
import { defaultHyperparameters } from '../../agent/ppo/hyperparameters.ts';
import { writeAgent } from '../../agent/saved-agent.ts';
import { Training } from '../../agent/train.ts';
import { type TrainingOptions, trainingDefaults } from '../../agent/training-options.ts';
import type { TrainingState } from '../../agent/training-state.ts';
import { defaultPrices } from '../../env/prices.ts';
import { readProfile } from '../../env/profile.ts';
import { parseGenerator } from '../../env/workload/reference.ts';
import { facts } from './examples.ts';
import { named, readPage, section, tableRows } from './pages.ts';

const acting = readPage('docs/agent.md');
const training = readPage('docs/training.md');
const scalars = new Set<string>();
let state: TrainingState;

/** One segment of each stage, as small as can be. */
beforeAll(async () => {
  await selectBackend('wasm');
  const options: TrainingOptions = {
    ...trainingDefaults,
    profile: await readProfile('examples/image-classifier.yaml'),
    prices: defaultPrices,
    training: [],
    validation: [parseGenerator('constant:mean=20,hours=0.25')],
    lessons: 1,
    episodesPerLesson: 2,
    levelSteps: 1,
    serviceSteps: 1,
    set: { copiesPerTrace: 0, syntheticCount: 1, syntheticHours: 4, tracesForHalf: 1 },
    sizes: {
      levelEpisodes: 2,
      validationEpisodes: 4,
      serviceWorlds: 4,
      serviceLessonSteps: 2,
      rolloutSteps: 4,
      updatesPerSegment: 8,
    },
  };
  const run = await Training.begin(options, {
    onProgress: (progress) => {
      for (const name of Object.keys(progress.scalars)) scalars.add(name);
    },
    onSegment: () => {},
  });
  state = await run.run();
});

test('the table of hyper-parameters is that of the code', () => {
  const { levelHyperparameters, serviceHyperparameters } = trainingDefaults;
  const all = [defaultHyperparameters, levelHyperparameters, serviceHyperparameters];
  const shown = (value: unknown) => (Array.isArray(value) ? value.join(', ') : String(value));
  expect(tableRows(section(training, '## Hyper-parameters')).map((row) => row.slice(0, 4))).toEqual(
    Object.keys(defaultHyperparameters).map((name) => [
      `\`${name}\``,
      ...all.map((one) => shown(one[name as keyof typeof one])),
    ]),
  );
});

test('the page says how many numbers a level sees', () => {
  expect(section(acting, '### What a level sees')).toContain(`**${levelFeatures.length}** numbers`);
});

test('every scalar that training writes is explained, and no other', () => {
  const explained = tableRows(section(training, '## TensorBoard')).map(([name]) => named(name!)[0]!);
  const ofLevels = explained.filter((name) => name.startsWith('levels/') && name !== 'levels/meanRegret');
  const all = [...explained, ...ofLevels.map((name) => name.replace('levels/', 'service/'))];
  expect([...scalars].toSorted()).toEqual(all.toSorted());
});

test('every field of a manifest is explained, and no other', async () => {
  const root = await mkdtemp(join(tmpdir(), 'spillway-manifest-'));
  const folder = join(root, 'agent');
  const none = { least: [], low: [], high: [], most: [] };
  const from = { name: 'before', hash: '' };
  const all = { ...facts, from, ranges: { level: none, service: null } };
  await writeAgent(folder, { level: state.level, service: state.service, facts: all });
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
  await rm(root, { recursive: true });
  const rows = tableRows(section(training, '## Files of a run').split('field of the manifest')[1]!);
  const explained = rows.flatMap(([name]) => named(name!));
  expect(explained.toSorted()).toEqual(Object.keys(manifest).toSorted());
  expect(Object.keys(manifest.networks)).toEqual(['level', 'service']);
  expect(named(rows.at(-1)![1]!)).toEqual(Object.keys(manifest.networks.level));
});

test('the table of backends is that of the command', () => {
  const explained = tableRows(section(training, '## Backends')).map(([name]) => named(name!)[0]!);
  expect(explained.toSorted()).toEqual([...backendChoices].toSorted());
});
