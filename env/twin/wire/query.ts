import { ServiceError } from '../operation.ts';
import type { MemberKinds } from './member-kinds.ts';
import type { Codec, WireResponse } from './message.ts';
import { readFields } from './query-tree.ts';
import { xmlElement } from './xml.ts';

/** AWS Query: a form in, XML out. */
export function queryCodec(kinds: MemberKinds, namespace: string): Codec {
  return {
    decode({ body }) {
      const { Action, Version: _, ...input } = readFields(new URLSearchParams(body.toString('utf8')), kinds);
      if (typeof Action !== 'string' || Action === '') {
        throw new ServiceError('MissingAction', 'The request must contain the parameter Action.');
      }
      return { operation: Action, input };
    },
    encode(operation, output, requestId) {
      const result = xmlElement(`${operation}Result`, output);
      const metadata = xmlElement('ResponseMetadata', { RequestId: requestId });
      return xml(
        200,
        `<${operation}Response xmlns="${namespace}">${result}${metadata}</${operation}Response>`,
        requestId,
      );
    },
    encodeError(error, requestId) {
      const said = xmlElement('Error', { Type: error.fault, Code: error.code, Message: error.message });
      const body = `<ErrorResponse xmlns="${namespace}">${said}${xmlElement('RequestId', requestId)}</ErrorResponse>`;
      return xml(error.status, body, requestId);
    },
  };
}

function xml(status: number, body: string, requestId: string): WireResponse {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body };
}
