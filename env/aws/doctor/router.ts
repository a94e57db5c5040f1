import { faultOf } from '../calls/classify.ts';
import { about } from './finding.ts';
import type { Check } from './patient.ts';

/** The overflow router answers on its socket, is configured as Spillway's configuration is, and has servers. */
export const router: Check = async ({ deployment, profile, readRouter }) => {
  if (deployment.router === null || readRouter === null) return [];
  const on = about('router', deployment.router.socket);
  try {
    const { pools } = await readRouter();
    const slots = pools.map((pool, index) => `${pool.slots ?? 'unknown'} of ${profile.pools[index]!.name}`).join(', ');
    if (pools.some((pool) => pool.slots !== 0)) return [on.ok(`Answers; slots that take requests: ${slots}.`)];
    return [
      on.warning(
        'Answers, but no VM takes requests.',
        'Wait until one is ready, or look at the health checks of its servers.',
      ),
    ];
  } catch (error) {
    return [
      on.problem(
        `${faultOf(error, 'the statistics of the router').said}.`,
        'Start HAProxy with the configuration of `spillway router`, and let the controller read and write its socket (docs/router.md).',
      ),
    ];
  }
};
