import { describe, expect, test } from 'vitest';
import { loopbackEndpoint, refuseEndpointOverride } from '../../../env/aws/endpoint-rule.ts';
import { InputProblem } from '../../../env/problem.ts';

describe('live', () => {
  test.each(['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_LAMBDA'])('%s is refused', (name) => {
    expect(() => refuseEndpointOverride({ [name]: 'http://127.0.0.1:4566' })).toThrow(
      new InputProblem(
        `${name} is set, but AWS must be spoken to at its own address: unset it, or rehearse on a twin with --rehearsal ADDRESS.`,
      ),
    );
  });

  test('without one, or with an empty one, nothing is', () => {
    refuseEndpointOverride({ AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: '', AWS_ENDPOINT_URL_SSM: undefined });
  });
});

describe('in a rehearsal', () => {
  test.each(['http://127.0.0.1:4566', 'http://localhost:4566/', 'http://[::1]:4566', 'http://127.1.2.3:1'])(
    '%s is this machine',
    (address) => {
      expect(loopbackEndpoint(address)).toBe(new URL(address).origin);
    },
  );

  test.each([
    'https://monitoring.eu-west-1.amazonaws.com',
    'http://10.0.0.1:4566',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://user:secret@127.0.0.1:1',
    'ftp://127.0.0.1',
    '127.0.0.1:4566',
    '',
  ])('%j is refused', (address) => {
    expect(() => loopbackEndpoint(address)).toThrow(InputProblem);
  });
});
