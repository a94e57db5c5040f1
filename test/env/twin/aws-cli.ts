import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export interface AwsCli {
  readonly path: string;
  /** As it says itself: `aws-cli/2.9.19`. */
  readonly version: string;
}

/** Debian's before whatever else the path has; null: there is none that runs and says that it is aws-cli. */
export async function findAwsCli(searchPath: string): Promise<AwsCli | null> {
  const paths = ['/usr/bin', ...searchPath.split(delimiter)].map((folder) => join(folder, 'aws')).filter(existsSync);
  for (const path of new Set(paths)) {
    const said = await execute(path, ['--version']).then(
      ({ stdout }) => stdout,
      () => '',
    );
    const version = /^aws-cli\/[\d.]+/.exec(said)?.[0];
    if (version !== undefined) return { path, version };
  }
  return null;
}

export interface Answer {
  /** What it printed, as JSON; null: nothing. */
  readonly output: unknown;
  /** What it complained of; empty where nothing. */
  readonly error: string;
}

/** `aws SERVICE OPERATION …` against an endpoint, with made-up credentials and nobody's configuration. */
export async function callAws({ path }: AwsCli, endpoint: string, words: readonly string[]): Promise<Answer> {
  const environment = {
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
    PATH: '/usr/bin:/bin',
  };
  const options = ['--endpoint-url', endpoint, '--output', 'json', '--no-cli-pager'];
  try {
    const { stdout } = await execute(path, [...words, ...options], { env: environment });
    return { output: stdout === '' ? null : JSON.parse(stdout), error: '' };
  } catch (error) {
    return { output: null, error: String((error as { stderr?: string }).stderr ?? error) };
  }
}
