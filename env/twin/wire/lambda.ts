import { ServiceError } from '../operation.ts';
import { readJson, secondsOf } from './json.ts';
import { mapLeaves } from './leaves.ts';
import type { Codec } from './message.ts';

interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly operation: string;
  /** Of success, where it is not 200. */
  readonly status?: number;
}

const route = (method: string, path: string, operation: string, status?: number): Route => ({
  method,
  path: new RegExp(`^${path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}/?$`),
  operation,
  ...(status === undefined ? {} : { status }),
});

const oneFunction = '/2015-03-31/functions/{FunctionName}';
const provisioned = '/2019-09-30/functions/{FunctionName}/provisioned-concurrency';

/** AWS Lambda API reference, by its operations' request syntax. */
const routes: readonly Route[] = [
  route('GET', oneFunction, 'GetFunction'),
  route('GET', `${oneFunction}/configuration`, 'GetFunctionConfiguration'),
  route('PUT', `${oneFunction}/configuration`, 'UpdateFunctionConfiguration'),
  route('GET', `${oneFunction}/versions`, 'ListVersionsByFunction'),
  route('POST', `${oneFunction}/versions`, 'PublishVersion', 201),
  route('DELETE', oneFunction, 'DeleteFunction', 204),
  route('GET', `${oneFunction}/aliases`, 'ListAliases'),
  route('GET', `${oneFunction}/aliases/{Name}`, 'GetAlias'),
  route('PUT', `${oneFunction}/aliases/{Name}`, 'UpdateAlias'),
  route('GET', `${oneFunction}/policy`, 'GetPolicy'),
  route('GET', provisioned, 'GetProvisionedConcurrencyConfig'),
  route('PUT', provisioned, 'PutProvisionedConcurrencyConfig', 202),
  route('DELETE', provisioned, 'DeleteProvisionedConcurrencyConfig', 204),
  route('PUT', '/2017-10-31/functions/{FunctionName}/concurrency', 'PutFunctionConcurrency'),
  route('GET', '/2019-09-30/functions/{FunctionName}/concurrency', 'GetFunctionConcurrency'),
  route('GET', '/2016-08-19/account-settings', 'GetAccountSettings'),
  route('GET', '/2015-03-31/functions', 'ListFunctions'),
];

const statuses = new Map(routes.map(({ operation, status = 200 }) => [operation, status]));

/** `?List=ALL` on the path of provisioned concurrency is an operation of its own. */
function operationOf(operation: string, query: URLSearchParams): string {
  return operation === 'GetProvisionedConcurrencyConfig' && query.get('List') === 'ALL'
    ? 'ListProvisionedConcurrencyConfigs'
    : operation;
}

/** REST JSON: the operation by method and path, its members from path, query and body. */
export const lambdaCodec: Codec = {
  decode({ method, path, query, body }) {
    for (const one of routes) {
      const match = one.method === method ? one.path.exec(path) : null;
      if (match === null) continue;
      const named = Object.fromEntries(
        Object.entries(match.groups ?? {}).map(([name, value]) => [name, decoded(value)]),
      );
      const asked = Object.fromEntries([...query].filter(([name]) => name !== 'List').map(numbered));
      return {
        operation: operationOf(one.operation, query),
        input: { ...readJson(body, (leaf) => leaf), ...asked, ...named },
      };
    }
    throw new ServiceError('UnknownOperationException', `${method} ${path} is no operation that the twin knows.`, 404);
  },
  encode(operation, output, requestId) {
    const status = statuses.get(operation) ?? 200;
    const headers = { 'content-type': 'application/json', 'x-amzn-requestid': requestId };
    return { status, headers, body: status === 204 ? '' : JSON.stringify(mapLeaves(output, secondsOf)) };
  },
  encodeError({ code, fault, message, status }, requestId) {
    const headers = { 'content-type': 'application/json', 'x-amzn-requestid': requestId, 'x-amzn-errortype': code };
    const body = JSON.stringify({ Type: fault === 'Sender' ? 'User' : 'Service', Message: message, message });
    return { status, headers, body };
  },
};

function numbered([name, value]: [string, string]): [string, string | number] {
  return [name, name === 'MaxItems' && /^\d+$/.test(value) ? Number(value) : value];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ServiceError(
      'InvalidParameterValueException',
      `The path holds ${text}, which is not encoded as it should be.`,
    );
  }
}
