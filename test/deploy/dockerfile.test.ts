import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runOptions } from './command-of.ts';

/** Docker is not needed: what is checked here is what can be read. */
const text = readFileSync('deploy/Dockerfile', 'utf8');
const instructions = text
  .replace(/^#.*$/gm, '')
  .replace(/\\\n/g, ' ')
  .split('\n')
  .map((line) => line.trim())
  .filter((line) => line !== '')
  .map((line) => ({ verb: line.split(' ')[0]!, rest: line.slice(line.indexOf(' ') + 1).trim() }));
const stages = instructions.filter(({ verb }) => verb === 'FROM');
const last = instructions.slice(instructions.lastIndexOf(stages.at(-1)!));
const ofLast = (verb: string) => last.filter((one) => one.verb === verb).map(({ rest }) => rest);
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));

describe('deploy/Dockerfile', () => {
  test('installs what runs without what builds, on a Node that the package takes', () => {
    expect(stages).toHaveLength(3);
    for (const { rest } of stages) expect(rest).toMatch(/^node:2[02]-slim\b/);
    const [dependencies] = stages;
    const first = instructions.slice(0, instructions.indexOf(stages[1]!));
    expect(first.some(({ rest }) => rest.startsWith('npm ci --omit=dev'))).toBe(true);
    expect(ofLast('COPY')).toContain(`--from=${dependencies!.rest.split(' ').at(-1)} /app/node_modules ./node_modules`);
  });

  test('holds every folder that the package holds, and copies none that is not there', () => {
    const copied = ofLast('COPY').map((rest) => rest.split(' ').at(-1)!.replace('./', ''));
    expect(copied).toEqual(expect.arrayContaining(manifest.files));
    const sources = ofLast('COPY')
      .filter((rest) => !rest.startsWith('--from'))
      .map((rest) => rest.split(' ')[0]!);
    expect(sources.filter((path) => !existsSync(path))).toEqual([]);
  });

  test('runs as an unprivileged user, and keeps the journal outside of the image', () => {
    expect(ofLast('USER')).toEqual(['node']);
    expect(last.findIndex(({ verb }) => verb === 'USER')).toBeLessThan(last.findIndex(({ verb }) => verb === 'CMD'));
    const { value } = runOptions(JSON.parse(ofLast('CMD')[0]!));
    expect(value('--journal')).toMatch(new RegExp(`^${ofLast('VOLUME')[0]}/`));
  });

  test('starts the controller in shadow mode, with options that it has', () => {
    const words: string[] = JSON.parse(ofLast('CMD')[0]!);
    expect(runOptions(words).unknown).toEqual([]);
    expect(words).not.toContain('live');
    expect(JSON.parse(ofLast('ENTRYPOINT')[0]!).at(-1)).toBe(`/app/${manifest.bin.spillway}`);
  });

  test('asks for its health where the controller answers', () => {
    const port = runOptions(JSON.parse(ofLast('CMD')[0]!)).value('--health-port');
    expect(ofLast('HEALTHCHECK')[0]).toContain(`http://127.0.0.1:${port}/healthz`);
  });

  test('holds no secret', () => {
    expect(text).not.toMatch(/AWS_|SECRET|TOKEN|PASSWORD|^ARG/m);
    const ignored = readFileSync('deploy/Dockerfile.dockerignore', 'utf8').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['.git', 'node_modules', 'runs', '**/.env']));
  });
});
