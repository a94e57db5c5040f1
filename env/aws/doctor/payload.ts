import { mostLambdaBytes } from '../levers/weights.ts';
import { about } from './finding.ts';
import type { Check } from './patient.ts';

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
  if (maxRequestBytes <= mostLambdaBytes)
    return [on.ok(`${maxRequestBytes} bytes pass, of at most ${mostLambdaBytes}.`)];
  return [
    on.problem(
      `Requests of ${maxRequestBytes} bytes do not pass: a load balancer hands at most ${mostLambdaBytes} to Lambda, so the large ones fail when they spill.`,
      'Shrink the requests, or upload bodies elsewhere and send their address.',
    ),
  ];
};
