import { type Input, ServiceError } from '../operation.ts';
import { shapeOf } from './error-name.ts';
import { mapLeaves } from './leaves.ts';
import type { MemberKinds } from './member-kinds.ts';
import type { Codec, WireResponse } from './message.ts';

export interface JsonDialect {
  readonly version: '1.0' | '1.1';
  /** What the operation follows in the header X-Amz-Target, and an error in its type. */
  readonly target: string;
  readonly shapes: string;
  /** Errors are told by their Query names too, in a header. */
  readonly isQueryCompatible: boolean;
}

/** AWS JSON: the operation in a header, times in seconds since 1970. */
export function jsonCodec(kinds: MemberKinds, dialect: JsonDialect): Codec {
  const answer = (status: number, value: unknown, requestId: string, more = {}): WireResponse => ({
    status,
    headers: { 'content-type': `application/x-amz-json-${dialect.version}`, 'x-amzn-requestid': requestId, ...more },
    body: JSON.stringify(value),
  });
  return {
    decode({ headers, body }) {
      const [target, operation] = String(headers['x-amz-target'] ?? '').split('.');
      if (target !== dialect.target || !operation) {
        throw new ServiceError('UnknownOperationException', `X-Amz-Target must be ${dialect.target}.<operation>.`);
      }
      return { operation, input: readJson(body, (leaf, member) => timeOf(leaf, member, kinds)) };
    },
    encode: (_, output, requestId) => answer(200, mapLeaves(output, secondsOf), requestId),
    encodeError({ code, fault, message, status }, requestId) {
      const type = `${dialect.shapes}#${dialect.isQueryCompatible ? shapeOf(code) : code}`;
      const more = dialect.isQueryCompatible ? { 'x-amzn-query-error': `${code};${fault}` } : {};
      return answer(status, { __type: type, message }, requestId, more);
    },
  };
}

/** An empty body is an empty input. */
export function readJson(body: Buffer, change: (leaf: unknown, member: string) => unknown): Input {
  let value: unknown;
  try {
    value = mapLeaves(body.length === 0 ? {} : JSON.parse(body.toString('utf8')), change);
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw new ServiceError('SerializationException', `The body is no JSON: ${(error as Error).message}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Input;
  throw new ServiceError('SerializationException', 'The body must be a JSON object.');
}

function timeOf(leaf: unknown, member: string, { times }: MemberKinds): unknown {
  if (!times.has(member) || leaf === null) return leaf;
  const time = new Date(typeof leaf === 'number' ? leaf * 1000 : Number.NaN);
  if (Number.isNaN(time.getTime())) {
    throw new ServiceError('SerializationException', `${member} must be a number of seconds since 1970.`);
  }
  return time;
}

/** Milliseconds are its fraction. */
export function secondsOf(leaf: unknown): unknown {
  return leaf instanceof Date ? leaf.getTime() / 1000 : leaf;
}
