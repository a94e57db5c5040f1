import {
  type LambdaClient,
  ListAliasesCommand,
  ListProvisionedConcurrencyConfigsCommand,
  ListVersionsByFunctionCommand,
} from '@aws-sdk/client-lambda';
import { z } from 'zod';
import type { Answer, Call } from '../calls/call.ts';

/** A published version of a function. */
export interface PublishedVersion {
  readonly version: string;
  readonly description: string;
  /** An alias serves or tries it, or environments are provisioned for it. */
  readonly isUsed: boolean;
}

interface Page {
  readonly NextMarker?: string | undefined;
}

/** As `Calls.read`. */
type Ask = <Value>(call: Call<Value>) => Promise<Answer<Value>>;

type Send = { readonly abortSignal: AbortSignal };
type Marker = { readonly Marker?: string };

/** AWS offers 50 items a page: no function has more versions, aliases or configurations than these are meant to hold. */
const mostPages = 40;

const shapes = {
  versions: z.array(z.object({ Version: z.string(), Description: z.string().default('') })),
  aliases: z.array(
    z.object({
      FunctionVersion: z.string(),
      RoutingConfig: z.object({ AdditionalVersionWeights: z.record(z.string(), z.number()).optional() }).optional(),
    }),
  ),
  configurations: z.array(z.object({ FunctionArn: z.string() })),
};

/** All of them as Lambda's List calls tell, oldest first; a function whose lists do not end is an answer that is garbled. */
export async function readVersions(
  client: LambdaClient,
  read: Ask,
  FunctionName: string,
): Promise<Answer<readonly PublishedVersion[]>> {
  const list = <Item>(
    operation: string,
    ask: (marker: Marker, options: Send) => Promise<Page>,
    shape: z.ZodType<Item>,
  ) => read({ operation, client, send: (options) => allPages((marker) => ask(marker, options)), shape });
  const versions = await list(
    'ListVersionsByFunction',
    (marker, options) => client.send(new ListVersionsByFunctionCommand({ FunctionName, ...marker }), options),
    shapes.versions,
  );
  if (versions.fault !== null) return versions;
  const aliases = await list(
    'ListAliases',
    (marker, options) => client.send(new ListAliasesCommand({ FunctionName, ...marker }), options),
    shapes.aliases,
  );
  if (aliases.fault !== null) return aliases;
  const provisioned = await list(
    'ListProvisionedConcurrencyConfigs',
    (marker, options) =>
      client.send(new ListProvisionedConcurrencyConfigsCommand({ FunctionName, ...marker }), options),
    shapes.configurations,
  );
  if (provisioned.fault !== null) return provisioned;
  const used = new Set([
    ...aliases.value.flatMap(({ FunctionVersion, RoutingConfig }) => [
      FunctionVersion,
      ...Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {}),
    ]),
    ...provisioned.value.map(({ FunctionArn }) => FunctionArn.split(':').at(-1)!),
  ]);
  const published = versions.value
    .filter(({ Version }) => /^\d+$/.test(Version))
    .sort((a, b) => Number(a.Version) - Number(b.Version))
    .map(({ Version, Description }) => ({
      version: Version,
      description: Description,
      isUsed: used.has(Version),
    }));
  return { value: published, fault: null };
}

/** The one list of each page in one. */
async function allPages(ask: (marker: Marker) => Promise<Page>): Promise<unknown> {
  const items: unknown[] = [];
  let marker: Marker = {};
  for (let count = 0; count < mostPages; count++) {
    const { NextMarker, ...page } = await ask(marker);
    const list = Object.values(page).find(Array.isArray);
    if (list === undefined) return undefined;
    items.push(...list);
    if (!NextMarker) return items;
    marker = { Marker: NextMarker };
  }
  return undefined;
}
