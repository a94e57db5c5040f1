import type { Fault } from '../calls/fault.ts';
import type { about, Finding } from './finding.ts';

const remedies: Readonly<Record<Fault['kind'], string>> = {
  throttled: 'Run the doctor again in a minute: something else asks AWS a lot.',
  denied: 'Grant the permission (docs/aws.md), or run as the role that the controller has.',
  'expired-credentials':
    'Give the credentials, or renew them, as with aws sso login; docs/aws.md says where they come from.',
  conflict: 'Run the doctor again once the change under way is over.',
  stale: 'Run the doctor again.',
  invalid: 'Correct the name in the deployment file.',
  'not-found': 'Correct the name in the deployment file, or its region.',
  timeout: 'Check the way to AWS: proxy, VPC endpoints, firewall.',
  unreachable: 'Check the way to AWS and the region: proxy, VPC endpoints, firewall.',
  garbled: 'Check what stands between here and AWS: the answer was not one of AWS.',
  service: 'Run the doctor again later; status.aws.amazon.com tells about outages.',
  withheld: 'Run the doctor again: nothing was asked.',
};

/** What is said where a reading failed: a thing that is missing is a problem, a thing that could not be seen is unknown. */
export function unread(on: ReturnType<typeof about>, fault: Fault): Finding {
  const isSure = ['not-found', 'invalid', 'expired-credentials'].includes(fault.kind);
  return (isSure ? on.problem : on.unknown)(`${fault.said}.`, remedies[fault.kind]);
}
