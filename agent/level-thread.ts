import { Worker } from 'node:worker_threads';
import type { LevelSource } from './level-episode.ts';
import type { LevelShare, PricedMoments, ShareTask } from './level-share.ts';
import type { Backend } from './ppo/backend.ts';
import type { Minibatch, ShareGradient } from './ppo/priced-share.ts';

/** What the thread is asked, with its arguments. */
export type ThreadRequest =
  | { readonly kind: 'backend'; readonly backend: Backend }
  | { readonly kind: 'open'; readonly source: SentSource }
  | { readonly kind: 'price'; readonly task: ShareTask }
  | { readonly kind: 'differentiate'; readonly parameters: Float32Array; readonly minibatch: Minibatch };

export type ThreadReply = { readonly value: unknown } | { readonly problem: string };

/** A source whose histories are bins alone, as messages carry no methods. */
export interface SentSource extends Omit<LevelSource, 'set'> {
  readonly weights: readonly number[];
  readonly histories: readonly { readonly bins: Float32Array; readonly binsPerInterval: number }[];
}

/** A share in a thread of its own, which computes on its own backend of that name what any other would. */
export class LevelThread implements LevelShare {
  readonly #worker: Worker;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  static async start(backend: Backend): Promise<LevelThread> {
    const worker = new Worker(new URL('./level-thread-worker.js', import.meta.url), { execArgv: [] });
    await ask(worker, { kind: 'backend', backend });
    return new LevelThread(worker);
  }

  async open({ set, ...source }: LevelSource): Promise<void> {
    const histories = set.histories.map(({ bins, length, binsPerInterval }) => ({
      bins: bins.subarray(0, length * binsPerInterval),
      binsPerInterval,
    }));
    await ask(this.#worker, { kind: 'open', source: { ...source, weights: set.weights, histories } });
  }

  async price(task: ShareTask): Promise<PricedMoments> {
    return (await ask(this.#worker, { kind: 'price', task })) as PricedMoments;
  }

  async differentiate(parameters: Float32Array, minibatch: Minibatch): Promise<ShareGradient> {
    return (await ask(this.#worker, { kind: 'differentiate', parameters, minibatch })) as ShareGradient;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** One question after the other. */
function ask(worker: Worker, request: ThreadRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => {
      worker.off('message', hear).off('error', fail).off('exit', leave);
      end();
    };
    const hear = (reply: ThreadReply) =>
      settle(() => ('problem' in reply ? reject(new Error(reply.problem)) : resolve(reply.value)));
    const fail = (error: unknown) => settle(() => reject(error));
    const leave = (code: number) => fail(new Error(`a training thread ended early with code ${code}`));
    worker.on('message', hear).on('error', fail).on('exit', leave);
    worker.postMessage(request);
  });
}
