/** Where the twin's resources are said to be. */
export interface Place {
  readonly region: string;
  /** Twelve digits. */
  readonly account: string;
}

/** A part of ARNs that made-up resources have: the number that documentation uses. */
export const madeUpAccount = '123456789012';

export function functionArn({ region, account }: Place, name: string): string {
  return `arn:aws:lambda:${region}:${account}:function:${name}`;
}
