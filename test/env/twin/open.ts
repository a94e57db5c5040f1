import { openClients } from '../../../env/aws/clients.ts';
import { type DeployedService, readDeployment } from '../../../env/deployment/deployment.ts';
import { defaultPrices } from '../../../env/prices.ts';
import { openTwin, type Twin, type TwinOptions } from '../../../env/twin/twin.ts';
import type { Workload } from '../../../env/types.ts';

export const startedAt = new Date('2026-11-22T10:00:00Z');

/** The same rate for so many seconds. */
export function constant(perSecond: number, seconds: number): Workload {
  return { name: 'constant', stepSeconds: 1, requests: new Float64Array(seconds).fill(perSecond), counted: false };
}

/** A deployment of examples/aws by its name. */
export function example(name: 'image-classifier' | 'weighted-classifier'): Promise<DeployedService> {
  return readDeployment(`examples/aws/${name}.yaml`);
}

/** A stepped twin of an example under a constant load. */
export async function openExample(
  name: 'image-classifier' | 'weighted-classifier',
  options: Partial<TwinOptions> = {},
): Promise<Twin & DeployedService> {
  const service = await example(name);
  const twin = await openTwin({
    ...service,
    prices: defaultPrices,
    workload: constant(20, 7200),
    seed: 1,
    startedAt,
    ...options,
  });
  return Object.assign(twin, service);
}

/** The SDK's own clients, aimed at a twin, without its retries. */
export function clientsOf({ url }: Twin) {
  return openClients({
    region: 'eu-west-1',
    endpoint: url,
    credentials: { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' },
    maxAttempts: 1,
  });
}
