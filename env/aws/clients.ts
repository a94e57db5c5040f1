import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';

/** The unmodified clients of the AWS SDK; whoever needs one is given it. */
export interface AwsClients {
  readonly cloudWatch: CloudWatchClient;
  readonly autoScaling: AutoScalingClient;
  readonly loadBalancing: ElasticLoadBalancingV2Client;
  readonly lambda: LambdaClient;
  readonly dynamo: DynamoDBClient;
  readonly parameters: SSMClient;
  readonly identity: STSClient;
  close(): void;
}

export interface ClientOptions {
  readonly region: string;
  /** Of a rehearsal; null: AWS itself. */
  readonly endpoint: string | null;
  /** Absent: the SDK's own chain of providers. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** The SDK's own attempts per call; 3 is its default. */
  readonly maxAttempts?: number;
  /** A call that hangs is given up after this time: without `throwOnRequestTimeout` the SDK would only warn. */
  readonly requestTimeoutMs?: number;
}

export function openClients(options: ClientOptions): AwsClients {
  const { region, endpoint, credentials, maxAttempts = 3, requestTimeoutMs = 5000 } = options;
  const configuration = {
    region,
    maxAttempts,
    requestHandler: { connectionTimeout: 3000, requestTimeout: requestTimeoutMs, throwOnRequestTimeout: true },
    ...(endpoint === null ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
  };
  const clients = {
    cloudWatch: new CloudWatchClient(configuration),
    autoScaling: new AutoScalingClient(configuration),
    loadBalancing: new ElasticLoadBalancingV2Client(configuration),
    lambda: new LambdaClient(configuration),
    dynamo: new DynamoDBClient(configuration),
    parameters: new SSMClient(configuration),
    identity: new STSClient(configuration),
  };
  // It copies all that is asked and answered for a log that there is not.
  const stacks: readonly { remove(name: string): boolean }[] = Object.values(clients).map((one) => one.middlewareStack);
  for (const stack of stacks) stack.remove('loggerMiddleware');
  return { ...clients, close: () => Object.values(clients).forEach((client) => void client.destroy()) };
}
