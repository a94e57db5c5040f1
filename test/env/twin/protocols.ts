import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols';
import type { Twin } from '../../../env/twin/twin.ts';

const protocols = { json: undefined, query: AwsQueryProtocol, cbor: AwsSmithyRpcV2CborProtocol } as const;
export type ProtocolName = keyof typeof protocols;
export const protocolNames = Object.keys(protocols) as readonly ProtocolName[];

/** The SDK's client of CloudWatch, speaking one of its protocols. */
export function cloudWatchIn(name: ProtocolName, { url }: Pick<Twin, 'url'>): CloudWatchClient {
  const protocol = protocols[name];
  return new CloudWatchClient({
    region: 'eu-west-1',
    endpoint: url,
    credentials: { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' },
    maxAttempts: 1,
    ...(protocol === undefined ? {} : { protocol }),
  });
}
