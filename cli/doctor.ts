import type { Writable } from 'node:stream';
import type { Command } from 'commander';
import picocolors from 'picocolors';
import type { Finding } from '../env/aws/doctor/finding.ts';
import { type DeployedService, readDeployment } from '../env/deployment/deployment.ts';
import { defaultLimits, readLimits } from '../env/guardrails/limits.ts';
import { defaultPrices, readPrices } from '../env/prices.ts';
import type { PriceBook } from '../env/types.ts';
import { doctorJson, doctorText } from './doctor-text.ts';
import { FailureTold } from './exit.ts';
import { type AwsSurroundings, openAws } from './live/aws-access.ts';
import { checkPolicyFits } from './live/policy-fits.ts';
import { policyOnItsClock } from './own-clock.ts';
import { policyMaker } from './policy.ts';

export interface DoctorOptions {
  readonly deployment: string;
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
the remedy where it is not. It changes nothing. Exit code 0: no problem, 1: at least one, 2: wrong input (docs/aws.md).`,
    )
    .requiredOption('--deployment <file>', 'where the service runs (docs/aws.md)')
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
`;

/** Everything of files is read and checked before anything is asked of AWS. */
export async function planDoctor(options: DoctorOptions) {
  const service = await readDeployment(options.deployment);
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

/** Throws FailureTold where a problem was found. */
export async function runDoctor(options: DoctorOptions, surroundings: DoctorSurroundings): Promise<void> {
  const { policy, ...plan } = await planDoctor(options);
  const access = await openAws(plan.deployment.region, options.rehearsal, surroundings);
  try {
    const { visit } = await import('./doctor-visit.ts');
    const findings = [...(await visit(plan, access, surroundings.now)), ...policy];
    const { output, paint } = surroundings;
    const screen = { paint, width: output.columns ?? 120 };
    output.write(options.json ? doctorJson(plan.deployment, findings) : doctorText(findings, screen));
    if (findings.some(({ state }) => state === 'problem')) throw new FailureTold('The doctor found a problem.');
  } finally {
    access.clients.close();
  }
}
