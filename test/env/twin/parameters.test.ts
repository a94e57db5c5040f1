import { expect, test } from 'vitest';
import { identityService } from '../../../env/twin/identity.ts';
import { parameterService } from '../../../env/twin/parameters.ts';

const place = { region: 'eu-west-1', account: '123456789012' };

test('a parameter is read, overwritten where that is asked for, and counted', () => {
  const service = parameterService({ '/stop': 'run' }, { nowMs: () => 5000 }, place);
  const value = () => service.GetParameter!({ Name: '/stop' }).Parameter;
  expect(value()).toMatchObject({ Value: 'run', Version: 1, LastModifiedDate: new Date(5000) });
  const stop = { Name: '/stop', Value: 'stop' };
  expect(() => service.PutParameter!(stop)).toThrow(/already exists/);
  expect(service.PutParameter!({ ...stop, Overwrite: true })).toMatchObject({ Version: 2 });
  expect(value()).toMatchObject({ Value: 'stop', Version: 2 });
  expect(() => service.GetParameter!({ Name: '/other' })).toThrow(
    expect.objectContaining({ code: 'ParameterNotFound' }),
  );
});

test('whoever asks is a role of the made-up account', () => {
  expect(identityService(place).GetCallerIdentity!({})).toMatchObject({
    Account: '123456789012',
    Arn: expect.stringMatching(/^arn:aws:sts::123456789012:assumed-role\//),
  });
});
