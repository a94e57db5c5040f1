import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { RouterPlace } from '../env/aws/router/addresses.ts';
import { type RouterFiles, routerConfiguration } from '../env/aws/router/configuration.ts';
import { type DeployedService, readDeployment } from '../env/deployment/deployment.ts';
import { type PlaceOptions, placeOf } from './router-place.ts';
import { checkFolderWritable, writeFileAtomically } from './write-file.ts';

interface RouterOptions extends PlaceOptions {
  readonly deployment: string;
  readonly out?: string;
  readonly folder?: string;
}

const usualFolder = '/etc/haproxy/spillway';

export function registerRouter(program: Command, write: (text: string) => void): void {
  program
    .command('router')
    .summary('the configuration of the overflow router, an HAProxy')
    .description(
      `Prints the configuration of HAProxy for a deployment whose router is overflow, and its maps as comments; --out writes them as files.
What it does with each request, and how to install it: docs/router.md.`,
    )
    .requiredOption('--deployment <file>', 'where the service runs (docs/aws.md)')
    .option('--out <folder>', 'writes haproxy.cfg and its maps into this folder')
    .option('--folder <path>', `where HAProxy finds its maps (default: that of --out, or ${usualFolder})`)
    .option('--bind <address>', 'where the clients come to', ':8080')
    .option(
      '--address <name=host:port,...>',
      'servers of a pool beside its instances (cpu=10.0.0.5:8080), and functions (lambda.xception=functions.internal:80)',
      gathered,
    )
    .option('--health <path>', 'what an instance answers 2xx to when it can serve (default: that it takes connections)')
    .option('--user <name>', 'who the stats socket is for (default: who starts HAProxy)')
    .option('--group <name>', 'or: whose members it is for')
    .addHelpText(
      'after',
      '\nExamples:\n  spillway router --deployment examples/aws/image-classifier.yaml --health /healthz\n',
    )
    .action(async (options: RouterOptions) => {
      write(await router(options));
    });
}

function gathered(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',')];
}

async function router(options: RouterOptions): Promise<string> {
  const { out, deployment: path } = options;
  if (out !== undefined) await checkFolderWritable(out, '--out');
  const service = await readDeployment(path);
  const folder = options.folder ?? (out === undefined ? usualFolder : resolve(out));
  const place = placeOf(options, service.profile, folder);
  const files = routerConfiguration(service.profile, service.deployment, place);
  return out === undefined ? printed(files, folder) : written(files, out, service, place);
}

/** A configuration that HAProxy takes as it is. */
function printed({ configuration, maps }: RouterFiles, folder: string): string {
  const comments = maps.map(({ name, text }) => `\n# ${folder}/${name}:\n${text.replace(/^(?=.)/gm, '#   ')}`);
  return `${configuration}${comments.join('')}`;
}

async function written(
  { configuration, maps }: RouterFiles,
  out: string,
  { deployment, profile }: DeployedService,
  place: RouterPlace,
): Promise<string> {
  const path = join(out, 'haproxy.cfg');
  await Promise.all([
    writeFileAtomically(path, configuration),
    ...maps.map(({ name, text }) => writeFileAtomically(join(out, name), text)),
  ]);
  const missing = profile.variants.filter((_, index) => deployment.functions[index] && !place.functions[index]);
  const flags = missing.map(({ name }) => `--address lambda.${name}=HOST:PORT`).join(' ');
  return `${path}\n${maps.map(({ name }) => `${join(out, name)}\n`).join('')}
Check    haproxy -c -f ${path}
Start    haproxy -W -db -f ${path}   (or as a unit: docs/router.md)
Socket   ${deployment.router!.socket}, for the controller alone
${missing.length === 0 ? '' : `Missing  without ${flags} their requests wait for VMs and never go to Lambda\n`}`;
}
