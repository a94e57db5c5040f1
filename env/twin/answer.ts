import type { CallLog } from './call-log.ts';
import type { Fault } from './faults/fault.ts';
import type { FaultSchedule } from './faults/schedule.ts';
import { type Output, type Service, ServiceError, type ServiceName } from './operation.ts';
import type { TwinClock } from './parts.ts';
import { refusalOf } from './refusal.ts';
import type { StaleAnswers } from './stale-answers.ts';
import { codecFor } from './wire/codec-for.ts';
import { credentialScope } from './wire/credential-scope.ts';
import type { Codec, Decoded, WireRequest, WireResponse } from './wire/message.ts';

export interface AnswerParts {
  readonly services: Readonly<Record<ServiceName, Service>>;
  readonly clock: TwinClock;
  readonly faults: FaultSchedule;
  readonly calls: CallLog;
  readonly stale: StaleAnswers;
}

/** `hang`: never; `cut`: the connection is closed before the answer, `reset`: with a reset. */
export type Answer = WireResponse | 'hang' | 'cut' | 'reset';

const html503: WireResponse = {
  status: 503,
  headers: { 'content-type': 'text/html' },
  body: '<html><body><h1>503 Service Unavailable</h1></body></html>',
};

/** What the twin answers to a request, faults and all. */
export function answerTo(request: WireRequest, requestId: string, parts: AnswerParts): Answer {
  const scope = credentialScope(request.headers.authorization);
  if (scope === null) return unsigned(requestId);
  const codec = codecFor(scope.service, request.headers);
  try {
    const call = codec.decode(request);
    parts.calls.note({ service: scope.service, ...call, atMs: parts.clock.nowMs() });
    const fault = parts.faults.ofCall(scope.service, call.operation);
    return fault === null
      ? codec.encode(call.operation, perform(scope.service, call, parts), requestId)
      : faulty(fault, scope.service, call, codec, requestId, parts);
  } catch (error) {
    const told = error instanceof ServiceError ? error : new ServiceError('InternalFailure', String(error), 500);
    return codec.encodeError(told, requestId);
  }
}

function perform(service: ServiceName, call: Decoded, { services, stale, clock }: AnswerParts): Output {
  const { operation, input } = call;
  const known = services[service];
  if (!Object.hasOwn(known, operation)) {
    throw new ServiceError('InvalidAction', `The twin does not know the operation ${operation} of ${service}.`);
  }
  const output = known[operation]!(input);
  stale.took(service, call, output, clock.nowMs());
  return output;
}

function faulty(
  { kind }: Fault,
  service: ServiceName,
  call: Decoded,
  codec: Codec,
  requestId: string,
  parts: AnswerParts,
): Answer {
  const refusal = refusalOf(kind, service, call.operation);
  if (refusal !== null) throw refusal;
  if (kind === 'hang' || kind === 'reset') return kind;
  if (kind === 'html-503') return html503;
  const fresh = perform(service, call, parts);
  if (kind === 'lost-answer') return 'cut';
  const output = kind === 'stale-describe' ? parts.stale.insteadOf(service, call, fresh, parts.clock.nowMs()) : fresh;
  const answer = codec.encode(call.operation, kind === 'partial-data' ? halved(output) : output, requestId);
  return kind === 'empty-body' ? { ...answer, body: '' } : answer;
}

/** GetMetricData without the newer half of each result; what another operation answers is left as it is. */
function halved(output: Output): Output {
  const { MetricDataResults: results } = output;
  if (!Array.isArray(results)) return output;
  return { ...output, MetricDataResults: results.map(olderHalf) };
}

function olderHalf(result: { readonly Timestamps: readonly Date[]; readonly Values: readonly number[] }) {
  const { Timestamps, Values } = result;
  const half = Math.floor(Values.length / 2);
  const isAscending = Values.length < 2 || Timestamps[0]! < Timestamps[1]!;
  const older = <T>(all: readonly T[]) => (isAscending ? all.slice(0, half) : all.slice(all.length - half));
  return { ...result, Timestamps: older(Timestamps), Values: older(Values), StatusCode: 'PartialData' };
}

/** Nobody can tell for which service it is. */
function unsigned(requestId: string): WireResponse {
  const message =
    'The request is not signed with SigV4 for a service that the twin has (Authorization: … Credential=…).';
  return {
    status: 403,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': requestId },
    body: JSON.stringify({ __type: 'MissingAuthenticationToken', message }),
  };
}
