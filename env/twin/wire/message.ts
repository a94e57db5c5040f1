import type { IncomingHttpHeaders } from 'node:http';
import type { Input, Output, ServiceError } from '../operation.ts';

/** A request as it came over the wire, its body whole and no longer compressed. */
export interface WireRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface Decoded {
  readonly operation: string;
  readonly input: Input;
}

/** One of the protocols of AWS. `decode` throws a ServiceError for what it cannot read. */
export interface Codec {
  decode(request: WireRequest): Decoded;
  encode(operation: string, output: Output, requestId: string): WireResponse;
  encodeError(error: ServiceError, requestId: string): WireResponse;
}
