import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FunctionWish } from '../../../../env/aws/rollout/function-pilot.ts';
import { MemoryRolloutJournal, type RolloutJournal } from '../../../../env/aws/rollout/journal.ts';
import type { Verdict } from '../../../../env/aws/rollout/next-step.ts';
import { type Around, lostAnswer, refusal } from '../sent-to.ts';
import { LambdaWorld, processOn } from './process.ts';

/** Stops a process at its n-th contact with the world, before or after it: from then on none of its calls returns. */
class Killer {
  readonly died: Promise<void>;
  #left: number;
  #isDead = false;
  #die = () => {};

  constructor(contacts: number) {
    this.#left = contacts;
    this.died = new Promise((resolve) => {
      this.#die = resolve;
    });
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  async around<T>(perform: () => T | Promise<T>): Promise<T> {
    await this.#contact();
    const answer = await perform();
    await this.#contact();
    return answer;
  }

  async #contact(): Promise<void> {
    if (!this.#isDead && this.#left-- > 0) return;
    this.#isDead = true;
    this.#die();
    await new Promise(() => {});
  }
}

function mortal(journal: RolloutJournal, killer: Killer): RolloutJournal {
  return {
    place: journal.place,
    read: () => killer.around(() => journal.read()),
    write: (plan) => killer.around(() => journal.write(plan)),
  };
}

interface Story {
  /** Contacts that each process has with the world before it is killed; the last process lives. */
  readonly lives: readonly number[];
  readonly around?: Around;
  readonly verdict?: () => Verdict;
  readonly minutes?: number;
}

const more: FunctionWish = { memoryMb: 1769, environments: 5 };

/** A rollout over the lives of several processes, one step a minute; returns whether the first was killed. */
async function live(world: LambdaWorld, journal: RolloutJournal, story: Story): Promise<boolean> {
  const { lives, around = async (_, perform) => perform(), verdict = () => 'fine', minutes = 24 } = story;
  const killers = [...lives, Infinity].map((contacts) => new Killer(contacts));
  let killer = killers.shift()!;
  const first = killer;
  const born = () =>
    processOn(world, {
      journal: mortal(journal, killer),
      around: (operation, perform) => killer.around(() => around(operation, perform)),
      verdict,
    });
  let pilot = born();
  let left = minutes;
  while (left-- > 0) {
    await Promise.race([pilot.steer(more), killer.died]);
    if (killer.isDead) {
      killer = killers.shift()!;
      pilot = born();
    }
    expectServing(world);
    world.nowMs += 60_000;
    // Once it has ended, a few minutes show that it stays so.
    if ((await journal.read())?.end) left = Math.min(left, 3);
  }
  return first.isDead;
}

/** At no time does the traffic meet anything but the old memory, and the new one by a tenth or as a whole. */
function expectServing(world: LambdaWorld): void {
  for (const [version, memoryMb, share] of world.routes) {
    expect(world.function.versions.find(version).settledMs).toBeLessThanOrEqual(world.nowMs);
    expect([1024, 1769]).toContain(memoryMb);
    expect([0.1, 0.9, 1]).toContain(share);
  }
}

test('killed at any contact with the world, a rollout is resumed and ends as it would have', async () => {
  let contacts = 0;
  for (; ; contacts++) {
    const world = new LambdaWorld();
    const journal = new MemoryRolloutJournal();
    const wasKilled = await live(world, journal, { lives: [contacts] });
    expect(world.routes, `killed at contact ${contacts}`).toEqual([['2', 1769, 1]]);
    expect(world.provisioned).toEqual([['2', 5]]);
    expect(world.function.versions.published).toHaveLength(2);
    expect((await journal.read())?.end?.as).toBe('committed');
    if (!wasKilled) break;
  }
  expect(contacts).toBeGreaterThan(100);
}, 30_000);

test('killed at any contact on its way back, it leaves no memory and no environments behind but those wished for the old version', async () => {
  for (let contacts = 0; ; contacts++) {
    const world = new LambdaWorld();
    const journal = new MemoryRolloutJournal();
    const wasKilled = await live(world, journal, { lives: [contacts], verdict: () => 'worse' });
    expect(world.routes, `killed at contact ${contacts}`).toEqual([['1', 1024, 1]]);
    expect(world.provisioned).toEqual([['1', 5]]);
    expect(world.function.versions.latest.memoryMb).toBe(1024);
    if (!wasKilled) break;
  }
}, 30_000);

const faults = ['none', 'throttled', 'conflict', 'stale', 'denied', 'lost', 'garbled'] as const;

test('whatever AWS answers and whenever it is killed or overtaken by a deploy, it ends, and never moves an alias back over the deploy', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...faults), { maxLength: 60 }),
      fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 4 }),
      fc.option(fc.integer({ min: 0, max: 80 })),
      fc.boolean(),
      async (script, lives, deployAt, isWorse) => {
        const world = new LambdaWorld();
        const journal = new MemoryRolloutJournal();
        let calls = 0;
        const around: Around = async (operation, perform) => {
          if (calls++ === deployAt) world.function.deploy();
          return hit(script[calls] ?? 'none', operation, perform);
        };
        await live(world, journal, { lives, around, minutes: 100, verdict: () => (isWorse ? 'worse' : 'fine') });
        const plan = await journal.read();
        expect(plan === null || plan.end !== null).toBe(true);
        const served = world.routes.map(([version]) => world.function.versions.find(version).codeSha256);
        if (deployAt !== null && calls > deployAt) {
          expect(new Set(served)).toEqual(new Set([world.function.versions.latest.codeSha256]));
        }
        if (plan?.end?.as === 'committed') expect(world.routes.at(0)?.[1]).toBe(1769);
        if (plan?.end?.as === 'rolled-back' && deployAt === null) expect(world.routes).toEqual([['1', 1024, 1]]);
      },
    ),
    { numRuns: 80 },
  );
}, 60_000);

async function hit(fault: (typeof faults)[number], operation: string, perform: () => unknown): Promise<unknown> {
  const isRead = operation.startsWith('Get');
  switch (fault) {
    case 'throttled':
      throw refusal('TooManyRequestsException', 429);
    case 'conflict':
      throw refusal('ResourceConflictException', 409);
    case 'stale':
      if (isRead) return perform();
      throw refusal('PreconditionFailedException', 412);
    case 'denied':
      throw refusal('AccessDeniedException', 403);
    case 'lost':
      perform();
      throw lostAnswer();
    case 'garbled':
      perform();
      return undefined;
    case 'none':
      return perform();
  }
}
