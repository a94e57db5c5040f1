import type { Fault } from './fault.ts';

type Kind = Fault['kind'];

/**
 * By the wire's code without its suffix: the SDK's names differ from it and from service to service, as in
 * ScalingActivityInProgressFault, ValidationException beside ValidationError, and AccessDenied beside AccessDeniedException.
 */
const byCode: readonly (readonly [RegExp, Kind])[] = [
  [/^(Expired|RequestExpired|TokenRefreshRequired|CredentialsProvider|InvalidToken)/, 'expired-credentials'],
  [/^(AccessDenied|Unauthorized|NotAuthorized|UnrecognizedClient|InvalidClientTokenId|OptInRequired)/, 'denied'],
  [/^(SignatureDoesNotMatch|IncompleteSignature|MissingAuthenticationToken)/, 'denied'],
  [/Thrott|^(TooManyRequests|RequestLimitExceeded|LimitExceeded|ProvisionedThroughputExceeded|SlowDown)/, 'throttled'],
  [/^(PreconditionFailed|ConditionalCheckFailed)/, 'stale'],
  [/^(ResourceConflict|ResourceInUse|ResourceContention|ScalingActivityInProgress|TransactionConflict)/, 'conflict'],
  [/NotFound$|^NoSuch/, 'not-found'],
  [/^(Timeout|Abort|RequestTimeout)/, 'timeout'],
  [/^(Syntax|Type|Range)Error$/, 'garbled'],
  [/^(E[A-Z_]{3,}|Networking|UnknownHost)/, 'unreachable'],
  [/^(Validation|Invalid|Malformed|Missing)/, 'invalid'],
  [/^(Internal|ServiceUnavailable|ServiceFailure)/, 'service'],
];

const byStatus: Readonly<Record<number, Kind>> = {
  401: 'denied',
  403: 'denied',
  404: 'not-found',
  408: 'timeout',
  409: 'conflict',
  412: 'stale',
  429: 'throttled',
};

/** After these nothing had left this machine. */
const neverSent = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;

/** What a call threw, whatever it was; `operation` as in `SetDesiredCapacity`. */
export function faultOf(error: unknown, operation: string): Fault {
  const { code, message, status, attempts } = read(error);
  const kind = kindOf(code, status);
  const mayHaveHappened = ['timeout', 'unreachable', 'garbled', 'service'].includes(kind);
  const isUnknown = mayHaveHappened && !(neverSent.test(code) && attempts <= 1);
  return { kind, code, said: `${operation}: ${shown(code, message)}`, isUnknown };
}

/** An answer that does not have its shape. */
export function garbled(operation: string, what: string): Fault {
  return { kind: 'garbled', code: 'Garbled', said: `${operation}: the answer is garbled (${what})`, isUnknown: true };
}

interface Read {
  readonly code: string;
  readonly message: string;
  readonly status: number | null;
  readonly attempts: number;
}

function read(error: unknown): Read {
  const { name, code, message, Error: inner, $metadata } = record(error);
  const { httpStatusCode, attempts } = record($metadata);
  const wire = record(inner).Code;
  // A network error says what it is in `code`; the SDK leaves an error of unknown shape as `Error` or `Unknown`.
  const said = [wire, name, code].filter(
    (one) => typeof one === 'string' && !/^(Error|Unknown|UnknownError)$/.test(one),
  );
  return {
    code: withoutSuffix(String((typeof code === 'string' && /^E[A-Z]/.test(code) ? code : said[0]) ?? 'Unknown')),
    message: typeof message === 'string' ? message : '',
    status: typeof httpStatusCode === 'number' ? httpStatusCode : null,
    attempts: typeof attempts === 'number' ? attempts : 1,
  };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

/** `ValidationError` is what its wire says, and stays; `SyntaxError` is JavaScript's own. */
function withoutSuffix(name: string): string {
  return name.replace(/(?<=.)(Exception|Fault)$/, '');
}

function kindOf(code: string, status: number | null): Kind {
  const known = byCode.find(([pattern]) => pattern.test(code));
  if (known !== undefined) return known[1];
  if (status === null) return 'unreachable';
  return byStatus[status] ?? (status >= 500 ? 'service' : status >= 400 ? 'invalid' : 'garbled');
}

/** Refused signatures are answered with what was signed, session token and all: their message is not passed on. */
function shown(code: string, message: string): string {
  if (/^(SignatureDoesNotMatch|IncompleteSignature)/.test(code)) return code;
  const line = message
    .replace(/\s+/g, ' ')
    .replace(/\b(AKIA|ASIA)[A-Z0-9]{12,}\b/g, '(a key)')
    .replace(/[A-Za-z0-9+/=]{64,}/g, '(a token)')
    .slice(0, 300)
    .trim();
  return line === '' || line === code ? code : `${code}: ${line}`;
}
