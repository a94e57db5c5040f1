import type { Writable } from 'node:stream';
import type { Command } from 'commander';
import picocolors from 'picocolors';
import type { Finding } from '../env/aws/doctor/finding.ts';
import { type DeployedService, type Deployment, readDeployment } from '../env/deployment/deployment.ts';
import { defaultLimits, readLimits } from '../env/guardrails/limits.ts';
import { defaultPrices, readPrices } from '../env/prices.ts';
import { InputProblem } from '../env/problem.ts';
import type { PriceBook } from '../env/types.ts';
import { deploymentFiles, refuseSameNames } from './deployment-files.ts';
import { doctorJson, doctorsJson, doctorText, titleText, verdictsText } from './doctor-text.ts';
import { FailureTold } from './exit.ts';
import { type AwsSurroundings, openAws } from './live/aws-access.ts';
import { checkPolicyFits } from './live/policy-fits.ts';
import { policyOnItsClock } from './own-clock.ts';
import { policyMaker } from './policy.ts';

export interface DoctorOptions {
  /** Files, and folders of them. */
  readonly deployment: readonly string[];
  readonly policy?: string;
  readonly limits?: string;
  readonly prices?: string;
  readonly rehearsal?: string;
  readonly json?: boolean;
}

/** What the command touches; tests give their own. */
export interface DoctorSurroundings extends AwsSurroundings {
  readonly output: Writable & { readonly columns?: number };
  readonly paint: ReturnType<typeof picocolors.createColors>;
}

export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .summary('looks whether a deployment is fit to be driven, and changes nothing')
    .description(
      `Reads what a deployment names in AWS, and says for each part whether it is as the profile and the controller need it, with
the remedy where it is not. It changes nothing. Exit code 0: no problem, 1: at least one, 2: wrong input; of several deployments
that of the worst (docs/aws.md).`,
    )
    .requiredOption('--deployment <path...>', 'where a service runs (docs/aws.md); several, or a folder of them')
    .option('--policy <policy>', 'also checks that this policy can be made for the service')
    .option('--limits <file>', 'also checks these limits (docs/safety.md)')
    .option('--prices <file>', 'price book (default: the one that ships with Spillway)')
    .option('--rehearsal <url>', 'asks the twin at this address of the loopback instead of AWS')
    .option('--json', 'the findings as JSON')
    .addHelpText('after', examples)
    .action(async (options: DoctorOptions) => {
      const { env: environment, stdout: output } = process;
      await runDoctor(options, { environment, now: () => new Date(), output, paint: picocolors });
    });
}

const examples = `
Examples:
  spillway doctor --deployment examples/aws/image-classifier.yaml
  spillway doctor --deployment examples/aws
`;

/** Everything of files is read and checked before anything is asked of AWS. */
export async function planDoctor(file: string, options: DoctorOptions) {
  const service = await readDeployment(file);
  const prices = options.prices === undefined ? defaultPrices : await readPrices(options.prices);
  const limits = options.limits === undefined ? defaultLimits : await readLimits(options.limits);
  const policy = options.policy === undefined ? [] : [await policyFinding(options.policy, service, prices)];
  return { ...service, prices, limits, policy };
}

/** A policy that cannot be made for the service, or not run on AWS, is wrong input. */
async function policyFinding(text: string, { profile }: DeployedService, prices: PriceBook): Promise<Finding> {
  const { policy, profile: own } = await policyOnItsClock(text, profile, prices, { policy: policyMaker() });
  checkPolicyFits(policy);
  const said = `Decides for ${profile.name} every ${own.decisionSeconds} s.`;
  return { check: 'policy', subject: policy.name, state: 'ok', said, remedy: null };
}

/** What was found of one deployment; where its files are wrong, what is. */
interface Visited {
  readonly file: string;
  readonly deployment: Deployment | null;
  readonly findings: readonly Finding[];
  readonly problem: InputProblem | null;
}

/** Throws FailureTold where a problem was found, and an InputProblem where a file is wrong, once all the others are told. */
export async function runDoctor(options: DoctorOptions, surroundings: DoctorSurroundings): Promise<void> {
  const { output, paint } = surroundings;
  const screen = { paint, width: output.columns ?? 120 };
  const files = (await Promise.all(options.deployment.map(deploymentFiles))).flat();
  const all: Visited[] = [];
  for (const file of files) {
    const visited = await visitOf(file, options, surroundings);
    if (files.length === 1 && visited.problem !== null) throw visited.problem;
    if (files.length > 1 && !options.json) output.write(`${titleText(visited, screen)}\n`);
    if (!options.json && visited.problem === null) output.write(doctorText(visited.findings, screen));
    if (files.length > 1 && !options.json) output.write('\n');
    all.push(visited);
  }
  if (options.json) output.write(files.length === 1 ? doctorJson(all[0]!) : doctorsJson(all));
  else if (files.length > 1) output.write(verdictsText(all, screen));
  tellWorst(all, options.deployment.join(' '));
}

async function visitOf(file: string, options: DoctorOptions, surroundings: DoctorSurroundings): Promise<Visited> {
  try {
    const { policy, ...plan } = await planDoctor(file, options);
    const access = await openAws(plan.deployment.region, options.rehearsal, surroundings);
    try {
      const { visit } = await import('./doctor-visit.ts');
      const findings = [...(await visit(plan, access, surroundings.now)), ...policy];
      return { file, deployment: plan.deployment, findings, problem: null };
    } finally {
      access.clients.close();
    }
  } catch (problem) {
    if (!(problem instanceof InputProblem)) throw problem;
    return { file, deployment: null, findings: [], problem };
  }
}

function tellWorst(all: readonly Visited[], where: string): void {
  const wrong = all.filter(({ problem }) => problem !== null);
  if (wrong.length > 0) {
    const files = wrong.map(({ file }) => file).join(', ');
    throw new InputProblem(
      `--deployment ${where}: ${files} could not be examined; correct what is said of each above.`,
    );
  }
  refuseSameNames(
    all.flatMap(({ deployment }) => deployment ?? []),
    where,
  );
  const isWrong = all.some(({ findings }) => findings.some(({ state }) => state === 'problem'));
  if (isWrong) throw new FailureTold('The doctor found a problem.');
}
