import { isIP } from 'node:net';
import type { Deployment } from '../../deployment/deployment.ts';
import { lambdaBackEnd, poolBackEnd } from '../../deployment/router-layout.ts';
import type { ServiceProfile } from '../../types.ts';
import type { VmPool } from '../../vm-pool.ts';
import type { Address, RouterPlace } from './addresses.ts';

/** How often a server is asked whether it can serve; the first yes is believed, the third no. Dynamic servers need it said again. */
export const checks = 'check inter 2s rise 1 fall 3';

/** The VMs of a pool. Their slots are shared by all variants, so a pool is one back end: the header x-variant tells the model. */
export function poolSection(
  pool: VmPool,
  group: string,
  servers: readonly Address[],
  healthPath: string | null,
): string[] {
  return [
    `# Instances of ${group}, one server each: the controller adds and drains them.`,
    `backend ${poolBackEnd(pool.name)}`,
    '  balance leastconn',
    ...(healthPath === null ? [] : ['  option httpchk', `  http-check send meth GET uri ${healthPath}`]),
    `  default-server ${checks} maxconn ${pool.slots}`,
    ...servers.map(({ host, port }, index) => `  server fixed-${index + 1} ${host}:${port}`),
  ];
}

/** One per variant that has a function. Concurrency beyond the account's waits here, where Lambda would throttle it. */
export function lambdaSections(profile: ServiceProfile, deployment: Deployment, place: RouterPlace): string[][] {
  return profile.variants.flatMap(({ name }, variant) => {
    const deployed = deployment.functions[variant];
    const address = place.functions[variant];
    if (!deployed || !address) return [];
    const { host, port } = address;
    return [
      [
        `# ${deployed.name}:${deployed.alias}`,
        `backend ${lambdaBackEnd(name)}`,
        `  http-request set-header host ${host}`,
        `  server function ${host}:${port} maxconn ${profile.lambda.concurrencyLimit}${port === 443 ? tls(host) : ''}${named(host)}`,
      ],
    ];
  });
}

const named = (host: string) => (isIP(host) === 0 ? ' resolvers system init-addr last,libc,none' : '');
const tls = (host: string) => ` ssl verify required ca-file @system-ca sni str(${host})`;
