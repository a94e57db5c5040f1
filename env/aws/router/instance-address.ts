/** A name to an IP address; throws where it has none, as node:dns does. */
export type Resolve = (name: string) => Promise<string>;

/**
 * The private name of an instance whose subnet answers for resource names (Amazon EC2 user guide, "EC2 instance hostnames and domains":
 * `ID.REGION.compute.internal`, in us-east-1 `ID.ec2.internal`).
 */
export function instanceName(id: string, region: string): string {
  return `${id}.${region === 'us-east-1' ? 'ec2' : `${region}.compute`}.internal`;
}
