import { describe, expect, test } from 'vitest';
import { faultOf } from '../../../env/aws/calls/classify.ts';
import type { Fault } from '../../../env/aws/calls/fault.ts';

function thrown(name: string, status?: number, more: object = {}): Error {
  const metadata = status === undefined ? {} : { $metadata: { httpStatusCode: status, attempts: 1 } };
  return Object.assign(new Error('what was said'), { name, ...metadata, ...more });
}

describe('a fault says what can be done about it', () => {
  test.each<[Error, Fault['kind'], string]>([
    [thrown('ThrottlingException', 400), 'throttled', 'Throttling'],
    [thrown('Throttling', 400), 'throttled', 'Throttling'],
    [thrown('TooManyRequestsException', 429), 'throttled', 'TooManyRequests'],
    [thrown('ProvisionedThroughputExceededException', 400), 'throttled', 'ProvisionedThroughputExceeded'],
    [thrown('AccessDenied', 403), 'denied', 'AccessDenied'],
    [thrown('AccessDeniedException', 403), 'denied', 'AccessDenied'],
    [thrown('UnrecognizedClientException', 403), 'denied', 'UnrecognizedClient'],
    [thrown('ExpiredToken', 403), 'expired-credentials', 'ExpiredToken'],
    [thrown('ExpiredTokenException', 403), 'expired-credentials', 'ExpiredToken'],
    [thrown('CredentialsProviderError'), 'expired-credentials', 'CredentialsProviderError'],
    [thrown('ScalingActivityInProgressFault', 400), 'conflict', 'ScalingActivityInProgress'],
    [thrown('ResourceConflictException', 409), 'conflict', 'ResourceConflict'],
    [thrown('ResourceContention', 500), 'conflict', 'ResourceContention'],
    [thrown('PreconditionFailedException', 412), 'stale', 'PreconditionFailed'],
    [thrown('ConditionalCheckFailedException', 400), 'stale', 'ConditionalCheckFailed'],
    [thrown('ValidationError', 400), 'invalid', 'ValidationError'],
    [thrown('ValidationException', 400, { Error: { Code: 'ValidationError' } }), 'invalid', 'ValidationError'],
    [thrown('RuleNotFoundException', 400, { Error: { Code: 'RuleNotFound' } }), 'not-found', 'RuleNotFound'],
    [thrown('ResourceNotFoundException', 404), 'not-found', 'ResourceNotFound'],
    [thrown('TimeoutError'), 'timeout', 'TimeoutError'],
    [thrown('AbortError'), 'timeout', 'AbortError'],
    [thrown('Error', undefined, { code: 'ECONNREFUSED' }), 'unreachable', 'ECONNREFUSED'],
    [thrown('Error', undefined, { code: 'ECONNRESET' }), 'unreachable', 'ECONNRESET'],
    [thrown('SyntaxError', 503), 'garbled', 'SyntaxError'],
    [thrown('TypeError', 200), 'garbled', 'TypeError'],
    [thrown('InternalFailure', 500), 'service', 'InternalFailure'],
    [thrown('Unknown', 503), 'service', 'Unknown'],
    [thrown('SomethingNew', 429), 'throttled', 'SomethingNew'],
    [thrown('SomethingNew', 403), 'denied', 'SomethingNew'],
    [thrown('SomethingNew', 400), 'invalid', 'SomethingNew'],
  ])('%s is %s', (error, kind, code) => {
    expect(faultOf(error, 'Describe')).toMatchObject({ kind, code });
  });

  test.each<[string, object, boolean]>([
    ['TimeoutError', {}, true],
    ['Error', { code: 'ECONNRESET' }, true],
    ['Error', { code: 'ECONNREFUSED' }, false],
    ['InternalFailure', { $metadata: { httpStatusCode: 500 } }, true],
    ['AccessDenied', { $metadata: { httpStatusCode: 403 } }, false],
    ['ThrottlingException', { $metadata: { httpStatusCode: 400 } }, false],
  ])('after %s %o a write may have happened: %s', (name, more, isUnknown) => {
    expect(faultOf(thrown(name, undefined, more), 'SetDesiredCapacity').isUnknown).toBe(isUnknown);
  });

  test('what is thrown need not be an error', () => {
    for (const value of [null, undefined, 'text', 7, {}])
      expect(faultOf(value, 'Describe').said).toMatch(/^Describe: /);
  });

  test('the sentence holds no key, no token and nothing of what was signed', () => {
    const token = 'x'.repeat(200);
    const message = `key AKIAABCDEFGHIJKLMNOP token ${token}\nnext line`;
    const { said } = faultOf(Object.assign(new Error(message), { name: 'AccessDenied' }), 'Describe');
    expect(said).toBe('Describe: AccessDenied: key (a key) token (a token) next line');
    const refused = Object.assign(new Error('x-amz-security-token:abc'), { name: 'SignatureDoesNotMatch' });
    expect(faultOf(refused, 'Describe').said).toBe('Describe: SignatureDoesNotMatch');
  });
});
