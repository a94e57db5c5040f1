import type { Output } from '../operation.ts';

export interface Alias {
  readonly name: string;
  readonly version: string;
  /** The version that gets a share of the traffic; null: none. */
  readonly canary: { readonly version: string; readonly share: number } | null;
  readonly description: string;
  readonly revision: string;
  /** The version that it left while it had provisioned concurrency, whose environments answer until there are new ones. */
  readonly left: string | null;
}

/** Which versions the traffic meets; the first is the alias's own. */
export type Routes = readonly { readonly version: string; readonly share: number }[];

/**
 * An alias with provisioned concurrency that moves has weights of AWS's own until the environments of the new version are ready: for ever, where
 * they fail (terraform-provider-aws issue 48116).
 */
export function routesOf(alias: Alias, readyShare: number): Routes {
  const { version, canary, left } = alias;
  if (canary !== null) return [{ version, share: 1 - canary.share }, canary];
  if (left === null || readyShare >= 1) return [{ version, share: 1 }];
  return [
    { version, share: readyShare },
    { version: left, share: 1 - readyShare },
  ];
}

/** AliasConfiguration of the Lambda API. */
export function aliasOutput(functionArn: string, alias: Alias, routes: Routes): Output {
  const other = routes[1];
  return {
    AliasArn: `${functionArn}:${alias.name}`,
    Name: alias.name,
    FunctionVersion: alias.version,
    Description: alias.description,
    ...(other === undefined ? {} : { RoutingConfig: { AdditionalVersionWeights: { [other.version]: other.share } } }),
    RevisionId: alias.revision,
  };
}
