import { about } from './finding.ts';
import type { Check } from './patient.ts';

/** The largest body that a load balancer hands to a Lambda function, answers too (ELB user guide, Lambda functions as targets). */
export const mostBytesToLambda = 1_048_576;

/** What spills must fit through the load balancer. */
export const payload: Check = async ({ deployment: { maxRequestBytes, functions } }) => {
  const on = about('payload', 'maxRequestBytes');
  if (functions.every((one) => one === null)) return [];
  if (maxRequestBytes === null) {
    return [
      on.warning(
        'Nobody said how large the requests are: beyond 1 MB a load balancer refuses to hand them to Lambda.',
        'Measure the largest request and answer, and state maxRequestBytes.',
      ),
    ];
  }
  if (maxRequestBytes <= mostBytesToLambda)
    return [on.ok(`${maxRequestBytes} bytes pass, of at most ${mostBytesToLambda}.`)];
  return [
    on.problem(
      `Requests of ${maxRequestBytes} bytes do not pass: a load balancer hands at most ${mostBytesToLambda} to Lambda, so the large ones fail when they spill.`,
      'Shrink the requests, or upload bodies elsewhere and send their address.',
    ),
  ];
};
