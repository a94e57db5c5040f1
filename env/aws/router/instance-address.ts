import { lookup } from 'node:dns/promises';
import type { Address } from './addresses.ts';

/** Where an instance listens; null: nobody knows now. Never throws. */
export type AddressOf = (instance: string) => Promise<Address | null>;

/** A name that is not answered in time is asked for again at a later decision. */
const deadlineMs = 2000;

/**
 * The private name of an instance whose subnet answers for resource names (Amazon EC2 user guide, "EC2 instance hostnames and domains":
 * `ID.REGION.compute.internal`, in us-east-1 `ID.ec2.internal`).
 */
export function instanceName(id: string, region: string): string {
  return `${id}.${region === 'us-east-1' ? 'ec2' : `${region}.compute`}.internal`;
}

type Lookup = (name: string, options: { readonly family: 4 }) => Promise<{ readonly address: string }>;

/** By the machine's own resolver, unless another is given. */
export function addressByName(region: string, port: number, find: Lookup = lookup): AddressOf {
  return async (id) => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(resolve, deadlineMs, null);
    });
    try {
      const found = await Promise.race([find(instanceName(id, region), { family: 4 }), late]);
      return found === null ? null : { host: found.address, port };
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
    }
  };
}

/** Of a rehearsal, whose instances have none: the end of the identifier as a number in 10.0.0.0/8. */
export function madeUpAddress(port: number): AddressOf {
  return async (id) => {
    const number = Number.parseInt(id.slice(-6), 16) || 1;
    return { host: `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`, port };
  };
}
