import { parentPort } from 'node:worker_threads';
import { DemandHistory } from './demand-history.ts';
import type { LevelSource } from './level-episode.ts';
import { OwnLevelShare } from './level-share.ts';
import type { SentSource, ThreadReply, ThreadRequest } from './level-thread.ts';
import { selectBackend } from './ppo/backend.ts';

/** The thread's main: a share of the levels, asked one thing after another. */
const share = new OwnLevelShare();

async function answer(request: ThreadRequest): Promise<unknown> {
  switch (request.kind) {
    case 'backend':
      return selectBackend(request.backend);
    case 'open':
      return share.open(received(request.source));
    case 'price':
      return share.price(request.task);
    case 'differentiate':
      return share.differentiate(request.parameters, request.minibatch);
  }
}

function received({ weights, histories, ...source }: SentSource): LevelSource {
  const set = { weights, histories: histories.map((one) => DemandHistory.of(one.bins, one.binsPerInterval)) };
  return { ...source, set };
}

parentPort?.on('message', async (request: ThreadRequest) => {
  const reply: ThreadReply = await answer(request).then(
    (value) => ({ value }),
    (error: unknown) => ({ problem: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
  parentPort?.postMessage(reply);
});
