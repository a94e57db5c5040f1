import { poolBackEnd, tables } from '../../deployment/router-layout.ts';
import type { ServiceProfile } from '../../types.ts';
import type { VmPool } from '../../vm-pool.ts';

/*
 * How long this request would wait in the line of each pool, in microseconds: (those before it + 1) service times of the variant that will
 * answer, over the slots that stricter classes leave. HAProxy tells one line per pool, in which the strictest are served first:
 *   before a class  all in line, but no more than there are requests of its class and stricter ones inside
 *   slots left      less what the stricter requests of the last second keep busy, a twentieth at least (env/physics/service.ts)
 */
const millionths = 1_000_000;
const least = 20;

/** A name as part of a variable of HAProxy. */
export const variable = (name: string) => name.replaceAll('-', '_');

/** Sets `txn.us_POOL` where the variant runs, and `txn.wait_POOL` there; a pool without servers has no end. */
export function waitRules(profile: ServiceProfile): string[] {
  return profile.pools.flatMap((pool) => {
    const [name, line] = [variable(pool.name), poolBackEnd(pool.name)];
    return [
      `# ${pool.name}: ${pool.slots} ${pool.slots === 1 ? 'slot' : 'slots'} per server.`,
      ...serviceRules(profile, pool),
      ...beforeRules(profile, line),
      `http-request set-var(txn.slots) nbsrv(${line}),mul(${pool.slots * millionths})`,
      ...leftRules(profile, line, name),
      // Rounded up, so that rounding never keeps a request from Lambda.
      `http-request set-var(txn.wait_${name}) var(txn.before),add(1),mul(txn.us_${name}),mul(${millionths}),add(txn.left),sub(1),div(txn.left)`,
    ];
  });
}

function serviceRules({ variants }: ServiceProfile, { name, serviceMs }: VmPool): string[] {
  return variants.flatMap((variant, index) => {
    const ms = serviceMs[index] ?? null;
    if (ms === null) return [];
    const us = Math.ceil(ms * 1000);
    return [`http-request set-var(txn.us_${variable(name)}) int(${us}) if { var(txn.answer) -m str ${variant.name} }`];
  });
}

function beforeRules({ slo: { classes } }: ServiceProfile, line: string): string[] {
  return [
    `http-request set-var(txn.before) queue(${line})`,
    ...classes
      .slice(0, -1)
      .flatMap(({ name }, k) => [
        ...summed('txn.inside', classes.slice(0, k + 1), line, 'table_conn_cur'),
        `http-request set-var(txn.before) var(txn.inside) if { var(txn.class) -m str ${name} } { var(txn.inside),sub(txn.before) lt 0 }`,
      ]),
  ];
}

/** Nothing is taken from less than it: HAProxy 2.6 adds two negative numbers wrongly. */
function leftRules({ slo: { classes } }: ServiceProfile, line: string, pool: string): string[] {
  return [
    'http-request set-var(txn.left) var(txn.slots)',
    `http-request set-var(txn.least) var(txn.slots),div(${least})`,
    ...classes.slice(1).flatMap(({ name }, k) => {
      const isClass = `if { var(txn.class) -m str ${name} }`;
      return [
        ...summed('txn.taken', classes.slice(0, k + 1), line, 'table_http_req_rate'),
        `http-request set-var(txn.taken) var(txn.taken),mul(txn.us_${pool})`,
        `http-request set-var(txn.left) var(txn.least) ${isClass}`,
        `http-request set-var(txn.left) var(txn.slots),sub(txn.taken) ${isClass} { var(txn.taken),add(txn.least),sub(txn.slots) lt 0 }`,
      ];
    }),
  ];
}

/** What the table of arrivals holds of these classes at this place. */
function summed(
  into: string,
  classes: readonly { readonly name: string }[],
  place: string,
  counter: 'table_conn_cur' | 'table_http_req_rate',
): string[] {
  return classes.map(({ name }, index) => {
    const more = index === 0 ? '' : `,add(${into})`;
    return `http-request set-var(${into}) str(${name}/${place}),${counter}(${tables.arrivals})${more}`;
  });
}
