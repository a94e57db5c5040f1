import type { IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { ServiceError } from './operation.ts';

/** More than any request of these services may be. */
const mostBytes = 6 * 1024 * 1024;

/** The whole body, unpacked. Throws a ServiceError where it is too long or not what it says. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > mostBytes) throw tooLong();
    parts.push(part);
  }
  const body = Buffer.concat(parts);
  return request.headers['content-encoding'] === 'gzip' ? unpacked(body) : body;
}

function unpacked(body: Buffer): Buffer {
  try {
    return gunzipSync(body, { maxOutputLength: mostBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLong();
    throw new ServiceError('SerializationException', 'The body is not the gzip that Content-Encoding says.');
  }
}

function tooLong(): ServiceError {
  return new ServiceError('RequestEntityTooLarge', `The body is longer than ${mostBytes} bytes.`, 413);
}
