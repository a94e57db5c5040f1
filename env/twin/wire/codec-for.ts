import type { IncomingHttpHeaders } from 'node:http';
import type { ServiceName } from '../operation.ts';
import { cborCodec } from './cbor.ts';
import { jsonCodec } from './json.ts';
import { lambdaCodec } from './lambda.ts';
import { memberKinds } from './member-kinds.ts';
import type { Codec } from './message.ts';
import { queryCodec } from './query.ts';

const cloudWatchShapes = 'com.amazonaws.cloudwatch';
const cloudWatchTarget = 'GraniteServiceVersion20100801';

const cloudWatchJson = jsonCodec(memberKinds.monitoring, {
  version: '1.0',
  target: cloudWatchTarget,
  shapes: cloudWatchShapes,
  isQueryCompatible: true,
});
const cloudWatchCbor = cborCodec(cloudWatchTarget, cloudWatchShapes);

const query = (service: ServiceName, host: string, version: string) =>
  queryCodec(memberKinds[service], `http://${host}.amazonaws.com/doc/${version}/`);

/** Each service's usual protocol; CloudWatch's oldest. */
const codecs: Readonly<Record<ServiceName, Codec>> = {
  monitoring: query('monitoring', 'monitoring', '2010-08-01'),
  autoscaling: query('autoscaling', 'autoscaling', '2011-01-01'),
  elasticloadbalancing: query('elasticloadbalancing', 'elasticloadbalancing', '2015-12-01'),
  sts: query('sts', 'sts', '2011-06-15'),
  lambda: lambdaCodec,
  dynamodb: jsonCodec(memberKinds.dynamodb, {
    version: '1.0',
    target: 'DynamoDB_20120810',
    shapes: 'com.amazonaws.dynamodb.v20120810',
    isQueryCompatible: false,
  }),
  ssm: jsonCodec(memberKinds.ssm, {
    version: '1.1',
    target: 'AmazonSSM',
    shapes: 'com.amazonaws.ssm',
    isQueryCompatible: false,
  }),
};

/** The protocol of a request: CloudWatch speaks three, told apart by their headers. */
export function codecFor(service: ServiceName, headers: IncomingHttpHeaders): Codec {
  if (service === 'monitoring') {
    if (headers['smithy-protocol'] === 'rpc-v2-cbor') return cloudWatchCbor;
    if (headers['x-amz-target'] !== undefined) return cloudWatchJson;
  }
  return codecs[service];
}
