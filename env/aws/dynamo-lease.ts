import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import type { Lease, Standing } from '../lease.ts';
import type { Answer, Calls } from './calls/call.ts';

export interface DynamoLeaseParts {
  readonly client: DynamoDBClient;
  readonly calls: Calls;
  readonly table: string;
  /** Whose fleet it is about: the item's partition key `service`. */
  readonly service: string;
  /** Unlike any other controller's, of this host or another, now or before. */
  readonly holder: string;
  readonly seconds: number;
  /** A clock that never jumps; only differences of it are used, and never those of two hosts. */
  readonly monotonicMs: () => number;
}

/** What stands in the table. `beats` grows with each renewal, `token` with each new holder. */
interface Item {
  /** Null: it was given back. */
  readonly holder: string | null;
  readonly token: number;
  readonly beats: number;
}

const number = z.object({ N: z.string().regex(/^\d+$/) }).transform(({ N }) => Number(N));
const itemShape = z.object({
  Item: z
    .object({ holder: z.object({ S: z.string() }).optional(), token: number, beats: number })
    .transform(({ holder, ...rest }): Item => ({ holder: holder?.S ?? null, ...rest }))
    .optional(),
});

/**
 * A lease in DynamoDB for controllers on any hosts. No time is stored, since hosts' clocks differ and jump: who wants the lease
 * watches it, and takes it once it has stood still for its whole length by the watcher's own clock, on condition that it still stands as
 * watched (as AWS's DynamoDB lock client does). The holder stops earlier, as it counts from before its renewal was sent.
 */
export class DynamoLease implements Lease {
  readonly #parts: DynamoLeaseParts;
  /** Held under this token since the newest renewal was sent; null: not held. */
  #held: { readonly token: number; readonly beats: number; readonly sentMs: number } | null = null;
  /** How it stood, and since when this controller has seen it stand so. */
  #watched: { readonly item: Item; readonly sinceMs: number } | null = null;

  constructor(parts: DynamoLeaseParts) {
    this.#parts = parts;
  }

  async renew(): Promise<Standing> {
    const sentMs = this.#parts.monotonicMs();
    const held = this.#held;
    // As it was left: on condition that nobody has touched it since, it need not be read.
    const kept = held === null ? null : await this.#write(held, held.token, sentMs);
    if (kept?.isHeld) return kept;
    const read = await this.#read();
    if (read.fault !== null) return this.#without(null, `The lease cannot be asked for (${read.fault.said}).`);
    const item = read.value;
    if (item?.holder === this.#parts.holder) return this.#write(item, item.token, sentMs);
    this.#held = null;
    if (item === null || item.holder === null) return this.#write(item, (item?.token ?? 0) + 1, sentMs);
    const leftMs = this.#watch(item, this.#parts.monotonicMs());
    if (leftMs <= 0) return this.#write(item, item.token + 1, sentMs);
    return this.#without(item.holder, `${item.holder} holds the lease: standing by.`);
  }

  async check(): Promise<boolean> {
    const { seconds, monotonicMs } = this.#parts;
    const held = this.#held;
    const isOver = () => held === null || monotonicMs() - held.sentMs >= seconds * 1000;
    if (isOver()) return false;
    const { value, fault } = await this.#read();
    const isStored = fault === null && value?.holder === this.#parts.holder && value.token === held?.token;
    return isStored && !isOver();
  }

  async release(): Promise<void> {
    const held = this.#held;
    this.#held = null;
    if (held === null) return;
    await this.#update({
      UpdateExpression: 'SET #beats = #beats + :one REMOVE #holder',
      ConditionExpression: '#holder = :holder AND #token = :token',
      values: { ':one': { N: '1' }, ':holder': { S: this.#parts.holder }, ':token': { N: String(held.token) } },
    });
  }

  /** Time until the lease may be taken, if it stands still until then. */
  #watch(item: Item, nowMs: number): number {
    const watched = this.#watched;
    const isSame = watched?.item.token === item.token && watched.item.beats === item.beats;
    const sinceMs = isSame ? watched.sinceMs : nowMs;
    this.#watched = { item, sinceMs };
    return this.#parts.seconds * 1000 - (nowMs - sinceMs);
  }

  /** Takes or prolongs the lease as it was read. */
  async #write(before: Pick<Item, 'token' | 'beats'> | null, token: number, sentMs: number): Promise<Standing> {
    const beats = (before?.beats ?? 0) + 1;
    const values = { ':holder': { S: this.#parts.holder }, ':token': { N: `${token}` }, ':beats': { N: `${beats}` } };
    const stood = { ':stoodToken': { N: `${before?.token}` }, ':stoodBeats': { N: `${before?.beats}` } };
    const { fault } = await this.#update({
      UpdateExpression: 'SET #holder = :holder, #token = :token, #beats = :beats',
      ConditionExpression:
        before === null ? 'attribute_not_exists(#token)' : '#token = :stoodToken AND #beats = :stoodBeats',
      values: before === null ? values : { ...values, ...stood },
    });
    if (fault !== null && !(await this.#isStored(token, beats))) {
      const why = fault.kind === 'stale' ? 'somebody else was faster' : fault.said;
      return this.#without(null, `The lease was not obtained (${why}).`);
    }
    this.#held = { token, beats, sentMs };
    return { isHeld: true, token };
  }

  /** An answer that was lost, or a second attempt of the SDK that met the first one's work, may hide a success. */
  async #isStored(token: number, beats: number): Promise<boolean> {
    const { value } = await this.#read();
    return value !== null && value.holder === this.#parts.holder && value.token === token && value.beats === beats;
  }

  #without(holder: string | null, said: string): Standing {
    return { isHeld: false, holder, said };
  }

  async #read(): Promise<Answer<Item | null>> {
    const { client, calls, table, service } = this.#parts;
    const command = new GetItemCommand({ TableName: table, Key: { service: { S: service } }, ConsistentRead: true });
    const { value, fault } = await calls.read({
      operation: 'GetItem',
      client,
      send: (options) => client.send(command, options),
      shape: itemShape,
    });
    return fault === null ? { value: value.Item ?? null, fault } : { value, fault };
  }

  #update({ values, ...expressions }: Update): Promise<Answer<unknown>> {
    const { client, calls, table, service } = this.#parts;
    // DynamoDB keeps `token` for itself.
    const all = { '#holder': 'holder', '#token': 'token', '#beats': 'beats' };
    const text = Object.values(expressions).join(' ');
    const names = Object.fromEntries(Object.entries(all).filter(([placeholder]) => text.includes(placeholder)));
    const command = new UpdateItemCommand({
      TableName: table,
      Key: { service: { S: service } },
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
      ...expressions,
    });
    return calls.read({
      operation: 'UpdateItem',
      client,
      send: (options) => client.send(command, options),
      shape: z.unknown(),
    });
  }
}

interface Update {
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly values: Readonly<Record<string, { S: string } | { N: string }>>;
}
