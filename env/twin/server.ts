import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AnswerParts, answerTo } from './answer.ts';
import { readBody } from './body.ts';
import { type Controls, control, controlPath } from './control.ts';
import { ServiceError } from './operation.ts';
import type { WireRequest, WireResponse } from './wire/message.ts';

export interface ServerParts extends AnswerParts {
  readonly controls: Controls;
  readonly port: number;
  /** Lets the twin's time come up to what it should be, before a request is answered. */
  readonly catchUp: () => void;
  /** The Date header of an answer; null: none. */
  readonly date: () => Date | null;
}

export interface TwinServer {
  readonly url: string;
  close(): Promise<void>;
}

/** On the loopback only. */
export async function openServer(parts: ServerParts): Promise<TwinServer> {
  let count = 0;
  const server = createServer((request, response) => {
    const requestId = `00000000-0000-4000-8000-${(++count).toString(16).padStart(12, '0')}`;
    serve(request, response, requestId, parts).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(parts.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => closed(server) };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  parts: ServerParts,
): Promise<void> {
  response.sendDate = false;
  const read = await wireRequest(request).catch((error: unknown) => tooMuch(error, requestId));
  if ('status' in read) return send(response, read, parts);
  parts.catchUp();
  if (read.path.startsWith(controlPath)) return send(response, control(read, parts.controls), parts);
  const answer = answerTo(read, requestId, parts);
  if (answer === 'hang') return;
  if (answer === 'cut') request.socket.destroy();
  else if (answer === 'reset') request.socket.resetAndDestroy();
  else send(response, answer, parts);
}

async function wireRequest(request: IncomingMessage): Promise<WireRequest> {
  const { method = 'GET', url = '/', headers } = request;
  const [path, query] = url.split('?', 2);
  return { method, path: path!, query: new URLSearchParams(query ?? ''), headers, body: await readBody(request) };
}

/** A body that could not be read: nobody has looked yet for whom it was. */
function tooMuch(error: unknown, requestId: string): WireResponse {
  if (!(error instanceof ServiceError)) throw error;
  return {
    status: error.status,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': requestId, connection: 'close' },
    body: JSON.stringify({ __type: error.code, message: error.message }),
  };
}

function send(response: ServerResponse, { status, headers, body }: WireResponse, { date }: ServerParts): void {
  const time = date();
  const dated = time === null ? {} : { date: time.toUTCString() };
  response.writeHead(status, { ...headers, ...dated, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
