import { Members } from './members.ts';
import { type Service, ServiceError } from './operation.ts';
import type { TwinClock } from './parts.ts';
import type { Place } from './place.ts';

/** Systems Manager's Parameter Store; `values` are those that there are at the beginning, by name. */
export function parameterService(values: Readonly<Record<string, string>>, clock: TwinClock, place: Place): Service {
  const stored = new Map(
    Object.entries(values).map(([name, value]) => [name, { value, version: 1, modifiedMs: clock.nowMs() }]),
  );
  return {
    GetParameter(input) {
      const name = new Members(input, 'ValidationException').text('Name');
      const found = stored.get(name);
      if (found === undefined) throw new ServiceError('ParameterNotFound', `The parameter ${name} does not exist.`);
      return {
        Parameter: {
          Name: name,
          Type: 'String',
          Value: found.value,
          Version: found.version,
          LastModifiedDate: new Date(found.modifiedMs),
          ARN: `arn:aws:ssm:${place.region}:${place.account}:parameter${name.startsWith('/') ? '' : '/'}${name}`,
          DataType: 'text',
        },
      };
    },
    PutParameter(input) {
      const members = new Members(input, 'ValidationException');
      const name = members.text('Name');
      const before = stored.get(name);
      if (before !== undefined && !members.truth('Overwrite')) {
        throw new ServiceError(
          'ParameterAlreadyExists',
          'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
        );
      }
      const version = (before?.version ?? 0) + 1;
      stored.set(name, { value: members.text('Value'), version, modifiedMs: clock.nowMs() });
      return { Version: version, Tier: 'Standard' };
    },
  };
}
