import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runOptions } from './command-of.ts';

const text = readFileSync('deploy/spillway.service', 'utf8');
const settings = new Map(
  text
    .split('\n')
    .filter((line) => /^\w+=/.test(line))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
);
const words = settings.get('ExecStart')!.split(' ').slice(1);
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

describe('deploy/spillway.service', () => {
  test('starts the controller in shadow mode, with options that it has', () => {
    const { unknown, value } = runOptions(words.filter((word) => !word.startsWith('$')));
    expect(unknown).toEqual([]);
    expect(words).not.toContain('live');
    expect(value('--journal')).toMatch(`/var/lib/${settings.get('StateDirectory')}/`);
  });

  test('runs as a user of no privileges, is always started again, and waits for a decision in flight', () => {
    expect(Object.fromEntries(settings)).toMatchObject({
      DynamicUser: 'yes',
      NoNewPrivileges: 'yes',
      ProtectSystem: 'strict',
      CapabilityBoundingSet: '',
      Restart: 'always',
      StartLimitIntervalSec: '0',
      KillSignal: 'SIGTERM',
      TimeoutStopSec: '30',
    });
    expect(text).not.toMatch(/AWS_|SECRET|TOKEN|PASSWORD|^User=/m);
  });

  test.skipIf(!hasSystemd)(
    'is a unit by the judgement of systemd-analyze (skipped where that is not installed)',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'spillway-unit-'));
      const unit = join(folder, 'spillway.service');
      writeFileSync(unit, text.replace('/usr/bin/spillway', process.execPath));
      const { status, stderr } = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8', timeout: 20_000 });
      rmSync(folder, { recursive: true });
      expect(stderr.split('\n').filter((line) => line.includes('spillway'))).toEqual([]);
      expect(status).toBe(0);
    },
  );
});
