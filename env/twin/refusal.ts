import { ServiceError, type ServiceName } from './operation.ts';

type Refused = 'throttle' | 'deny' | 'expired-token';

/* As the services name and number these errors on the wire (their API references, "Common Errors"). */
const query = {
  throttle: ['Throttling', 400],
  deny: ['AccessDenied', 403],
  'expired-token': ['ExpiredToken', 403],
} as const;
const json = {
  throttle: ['ThrottlingException', 400],
  deny: ['AccessDeniedException', 400],
  'expired-token': ['ExpiredTokenException', 400],
} as const;
const lambda = {
  throttle: ['TooManyRequestsException', 429],
  deny: ['AccessDeniedException', 403],
  'expired-token': ['ExpiredTokenException', 403],
} as const;

const names: Readonly<Record<ServiceName, Readonly<Record<Refused, readonly [code: string, status: number]>>>> = {
  monitoring: query,
  autoscaling: query,
  elasticloadbalancing: query,
  sts: query,
  lambda,
  dynamodb: json,
  ssm: json,
};

const messages: Readonly<Record<Refused, (service: ServiceName, operation: string) => string>> = {
  throttle: () => 'Rate exceeded',
  deny: (service, operation) =>
    `User: arn:aws:iam::123456789012:user/rehearsal is not authorized to perform: ${service}:${operation}`,
  'expired-token': () => 'The security token included in the request is expired',
};

/** What a service answers to a call that a fault refuses; null: the fault is none that refuses. */
export function refusalOf(kind: string, service: ServiceName, operation: string): ServiceError | null {
  if (kind !== 'throttle' && kind !== 'deny' && kind !== 'expired-token') return null;
  const [code, status] = names[service][kind];
  return new ServiceError(code, messages[kind](service, operation), status);
}
