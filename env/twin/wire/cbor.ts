import { cbor, tag, tagSymbol } from '@smithy/core/cbor';
import { type Input, ServiceError } from '../operation.ts';
import { shapeOf } from './error-name.ts';
import { mapLeaves } from './leaves.ts';
import type { Codec, WireResponse } from './message.ts';

/** Tag 1 of RFC 8949, 3.4.2: seconds since 1970. */
const epochTag = 1;

/** Smithy RPC v2 over CBOR (smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html): the operation in the path. */
export function cborCodec(service: string, shapes: string): Codec {
  const path = new RegExp(`^/service/${service}/operation/(\\w+)/?$`);
  return {
    decode({ body, path: asked }) {
      const operation = path.exec(asked)?.[1];
      if (operation === undefined) {
        throw new ServiceError(
          'UnknownOperationException',
          `The path must be /service/${service}/operation/<operation>.`,
        );
      }
      return { operation, input: readCbor(body) };
    },
    encode: (_, output, requestId) => answer(200, output, requestId),
    encodeError: ({ code, fault, message, status }, requestId) =>
      answer(status, { __type: `${shapes}#${shapeOf(code)}`, message }, requestId, {
        'x-amzn-query-error': `${code};${fault}`,
      }),
  };
}

function answer(status: number, value: unknown, requestId: string, more: Record<string, string> = {}): WireResponse {
  const headers = {
    'content-type': 'application/cbor',
    'smithy-protocol': 'rpc-v2-cbor',
    'x-amzn-requestid': requestId,
  };
  return { status, headers: { ...headers, ...more }, body: cbor.serialize(mapLeaves(value, tagged)) };
}

function tagged(leaf: unknown): unknown {
  return leaf instanceof Date ? tag({ tag: epochTag, value: leaf.getTime() / 1000 }) : leaf;
}

function readCbor(body: Buffer): Input {
  let value: unknown;
  try {
    value = body.length === 0 ? {} : untagged(cbor.deserialize(body));
  } catch (error) {
    throw new ServiceError('SerializationException', `The body is no CBOR: ${(error as Error).message}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Input;
  throw new ServiceError('SerializationException', 'The body must be a CBOR map.');
}

function untagged(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(untagged);
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? Number(value) : value;
  if (tagSymbol in value) {
    const { tag: kind, value: seconds } = value as unknown as { tag: number | bigint; value: number };
    if (Number(kind) === epochTag) return new Date(seconds * 1000);
  }
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, untagged(part)]));
}
