/** A decoded request: members by their names in the service's API, numbers as numbers, times as Date. */
export type Input = Readonly<Record<string, unknown>>;
export type Output = Readonly<Record<string, unknown>>;

/** Throws a ServiceError for what the service would refuse. */
export type Operation = (input: Input) => Output;

/** By the operation's name, as in `DescribeAutoScalingGroups`. */
export type Service = Readonly<Record<string, Operation>>;

/** The names by which a request is told apart: those of the SigV4 credential scope. */
export const serviceNames = [
  'monitoring',
  'autoscaling',
  'elasticloadbalancing',
  'lambda',
  'dynamodb',
  'ssm',
  'sts',
] as const;
export type ServiceName = (typeof serviceNames)[number];

/** What a service answers in place of an output. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;
  readonly fault: 'Sender' | 'Receiver';

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
    this.fault = status < 500 ? 'Sender' : 'Receiver';
  }
}
