import { batchFactor } from '../../env/physics/batch.ts';
import { erlangLoss } from '../../env/physics/erlang.ts';
import { lognormalShareBelow } from '../../env/physics/lognormal.ts';
import type { LambdaBatch, PriceBook, ServiceProfile } from '../../env/types.ts';
import type { FunctionSetup } from './configuration.ts';
import type { Prediction } from './prediction.ts';

/** Waits in a batch that stand for their distribution, all equally likely. */
const waitCount = 8;

/**
 * Lambda alone at a constant rate, warm. A batch begins with a request that finds none open and holds, on average, 1 + E[min(size - 1, Poisson(rate ·
 * timeout))] requests; a request waits evenly between no time and the time that its batch is open. Provisioned environments serve what Erlang's formula
 * lets in. Beyond the concurrency limit requests are lost by the same formula, and cost nothing.
 */
export function functionPrediction(
  profile: ServiceProfile,
  prices: PriceBook,
  variant: number,
  { tier, provisioned, batch }: FunctionSetup,
  perSecond: number,
): Prediction {
  const { memoryMb, batchMarginal, concurrencyLimit } = profile.lambda;
  const size = meanBatch(batch, perSecond);
  const serviceMs = profile.lambda.serviceMs[variant]![tier]! * batchFactor(batchMarginal, size);
  const openMs = batch === null ? 0 : Math.min(batch.timeoutMs, (1000 * (batch.size - 1)) / Math.max(perSecond, 1e-9));
  const gigabytes = memoryMb[tier]! / 1024;
  const invocations = perSecond / size;
  const offered = (invocations * serviceMs) / 1000;
  const lost = erlangLoss(offered, concurrencyLimit);
  const concurrency = offered * (1 - lost);
  const onDemand = provisioned === 0 ? 1 : erlangLoss(concurrency, provisioned);
  const usdPerGbSecond =
    onDemand * prices.lambdaUsdPerGbSecond + (1 - onDemand) * prices.lambdaProvisionedDurationUsdPerGbSecond;
  return {
    usdPerSecond:
      concurrency * gigabytes * usdPerGbSecond +
      invocations * (1 - lost) * prices.lambdaUsdPerRequest +
      provisioned * gigabytes * prices.lambdaProvisionedUsdPerGbSecond,
    spilledShare: 1,
    answeredWithin: (ms) => (1 - lost) * answeredWithin(ms, serviceMs, profile.serviceCv, openMs),
  };
}

/** [requests] */
function meanBatch(batch: LambdaBatch | null, perSecond: number): number {
  if (batch === null) return 1;
  const mean = (perSecond * batch.timeoutMs) / 1000;
  let probability = Math.exp(-mean);
  let below = 0;
  let sum = 0;
  for (let joined = 0; joined < batch.size - 1; joined++) {
    sum += joined * probability;
    below += probability;
    probability *= mean / (joined + 1);
  }
  return 1 + sum + (batch.size - 1) * Math.max(0, 1 - below);
}

function answeredWithin(ms: number, serviceMs: number, cv: number, openMs: number): number {
  if (openMs === 0) return lognormalShareBelow(ms, serviceMs, cv);
  let sum = 0;
  for (let wait = 0; wait < waitCount; wait++) {
    sum += lognormalShareBelow(ms - (openMs * (wait + 0.5)) / waitCount, serviceMs, cv);
  }
  return sum / waitCount;
}
