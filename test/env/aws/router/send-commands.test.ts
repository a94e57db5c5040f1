import { describe, expect, test } from 'vitest';
import { faultOf } from '../../../../env/aws/calls/classify.ts';
import { sendCommands } from '../../../../env/aws/router/send-commands.ts';
import { TwinRouter } from '../../../../env/twin/router/twin-router.ts';
import { FakeWorld } from '../../twin/router/fake-world.ts';
import { profile } from './example.ts';

const map = '/twin/example.settings.map';

/** A router in this process; `meddle` is done after each command. */
function send(commands: readonly string[], meddle: (router: TwinRouter) => void = () => {}) {
  const router = new TwinRouter({ profile, deployment: 'example', world: new FakeWorld(), isServing: () => true });
  const asked: string[] = [];
  const ask = async (command: string) => {
    asked.push(command);
    const answer = router.answer(command)[0]!.trimEnd();
    meddle(router);
    return answer;
  };
  const options = { abortSignal: new AbortController().signal };
  const sent = sendCommands({ ask }, { commands }, options).then(
    () => null,
    (error: unknown) => faultOf(error, 'SetRouter'),
  );
  return { sent, asked };
}

test('what was set is read back', async () => {
  const { sent, asked } = send([`set map ${map} wait/strict 5`, 'add server pool.gpu/i-01 10.0.0.1:80 maxconn 1']);
  expect(await sent).toBeNull();
  expect(asked.slice(2)).toEqual([`show map ${map}`, 'show servers state']);
});

test('the first refusal ends it: nothing after it is sent', async () => {
  const { sent, asked } = send([`set map ${map} wait/urgent 5`, `set map ${map} wait/strict 5`]);
  expect(await sent).toMatchObject({
    kind: 'invalid',
    isUnknown: false,
    said: expect.stringContaining('entry not found'),
  });
  expect(asked).toHaveLength(1);
});

describe('another hand at the router is a conflict:', () => {
  test('a setting that is another one afterwards', async () => {
    const { sent } = send([`set map ${map} wait/strict 5`], (router) => router.answer(`set map ${map} wait/strict 9`));
    expect(await sent).toMatchObject({ kind: 'conflict', said: expect.stringContaining('wait/strict is 9') });
  });
  test('a server that is gone afterwards', async () => {
    const { sent } = send(['add server pool.gpu/i-01 10.0.0.1:80 maxconn 1'], (router) =>
      router.answer('del server pool.gpu/i-01'),
    );
    expect(await sent).toMatchObject({ kind: 'conflict', said: expect.stringContaining('i-01 is absent') });
  });
});
