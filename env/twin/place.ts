import type { Deployment } from '../deployment/deployment.ts';

/** Where the twin's resources are said to be. */
export interface Place {
  readonly region: string;
  /** Twelve digits. */
  readonly account: string;
}

/** The account of whatever names none: the number that documentation uses. */
const madeUpAccount = '123456789012';

/** Where a deployment is: its region, and the account that the ARN of its load balancer names. */
export function placeOf({ region, loadBalancer }: Deployment): Place {
  return { region, account: loadBalancer?.split(':')[4] ?? madeUpAccount };
}

export function functionArn({ region, account }: Place, name: string): string {
  return `arn:aws:lambda:${region}:${account}:function:${name}`;
}
