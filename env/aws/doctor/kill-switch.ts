import { GetParameterCommand } from '@aws-sdk/client-ssm';
import type { Examination } from './examination.ts';
import { about, type Finding } from './finding.ts';
import type { Check } from './patient.ts';
import { shapes } from './shapes.ts';
import { unread } from './unread.ts';

/** The switches can be read, and do not stand in the way. */
export const killSwitch: Check = async ({ readings, deployment: { killSwitch, pools } }) => {
  const { parameter, tag } = killSwitch;
  if (parameter === null && tag === null) {
    return [
      about('kill switch', 'none').warning(
        'The deployment has no kill switch in AWS: only a file on the host of the controller stops it.',
        'Name an SSM parameter or a tag under killSwitch (docs/runbook.md).',
      ),
    ];
  }
  const findings: Finding[] = [];
  if (parameter !== null) {
    const on = about('kill switch', parameter);
    const { value, fault } = await readParameter(parameter, readings);
    if (fault !== null) findings.push(unread(on, fault));
    else if (value.Parameter.Value.trim() === 'run') findings.push(on.ok('Says "run".'));
    else
      findings.push(
        on.warning(`Says "${value.Parameter.Value.trim()}": nothing is changed until it says "run".`, 'Set it to run.'),
      );
  }
  if (tag !== null) findings.push(...(await Promise.all(pools.map((pool) => tagOf(pool.autoScalingGroup)))));
  return findings;

  async function tagOf(group: string): Promise<Finding> {
    const on = about('kill switch', `${tag} on ${group}`);
    const { value } = await readings.group(group);
    if (value === null) return on.unknown('The group could not be read.', 'See what is said about the group.');
    if (!value.Tags.some(({ Key }) => Key === tag)) return on.ok('The tag is not there, so changes are allowed.');
    return on.warning('The tag is there: nothing is changed.', `Take the tag ${tag} away when all is well.`);
  }
};

function readParameter(name: string, readings: Examination) {
  const { parameters: client } = readings.clients;
  const send = (options: { readonly abortSignal: AbortSignal }) =>
    client.send(new GetParameterCommand({ Name: name }), options);
  return readings.read('ssm:GetParameter', name, { client, send, shape: shapes.parameter });
}
