import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dynamoService } from '../../../../env/twin/dynamo/service.ts';
import { type Input, ServiceError } from '../../../../env/twin/operation.ts';

const TableName = 'leases';
const Key = { service: { S: 'a' } };

function table() {
  const service = dynamoService([{ name: TableName, key: 'service' }]);
  return (operation: string, input: Input = {}) => service[operation]!({ TableName, ...input });
}

function code(action: () => unknown): string | null {
  try {
    action();
    return null;
  } catch (error) {
    if (error instanceof ServiceError) return error.code;
    throw error;
  }
}

/** Only the placeholders that an expression has: DynamoDB refuses the others. */
function used(expression: string, all: Input): Input {
  return Object.fromEntries(Object.entries(all).filter(([word]) => expression.includes(word)));
}

describe('an item', () => {
  test('is put, read and deleted', () => {
    const call = table();
    expect(call('GetItem', { Key })).toEqual({});
    call('PutItem', { Item: { ...Key, holder: { S: 'x' } } });
    expect(call('GetItem', { Key })).toEqual({ Item: { ...Key, holder: { S: 'x' } } });
    expect(call('DeleteItem', { Key, ReturnValues: 'ALL_OLD' })).toEqual({
      Attributes: { ...Key, holder: { S: 'x' } },
    });
    expect(call('GetItem', { Key })).toEqual({});
  });

  test('is updated by sums of what it was', () => {
    const call = table();
    const UpdateExpression = 'SET #t = if_not_exists(#t, :zero) + :one, holder = :me REMOVE gone';
    const names = { ExpressionAttributeNames: { '#t': 'token' } };
    const ExpressionAttributeValues = { ':zero': { N: '0' }, ':one': { N: '1' }, ':me': { S: 'x' } };
    call('PutItem', { Item: { ...Key, gone: { S: 'soon' } } });
    const update = () =>
      call('UpdateItem', { Key, UpdateExpression, ...names, ExpressionAttributeValues, ReturnValues: 'ALL_NEW' });
    expect(update()).toEqual({ Attributes: { ...Key, token: { N: '1' }, holder: { S: 'x' } } });
    expect(update()).toMatchObject({ Attributes: { token: { N: '2' } } });
  });

  test('without its key, of an unknown table, or by an expression that is none is refused', () => {
    const call = table();
    expect(code(() => call('PutItem', { Item: { other: { S: 'x' } } }))).toBe('ValidationException');
    expect(code(() => call('GetItem', { TableName: 'other', Key }))).toBe('ResourceNotFoundException');
    for (const UpdateExpression of ['SET a', 'SET a = :unknown', 'ADD a :v', 'SET a = b', 'SET #a = :v', 'SET a = ?']) {
      const values = { ExpressionAttributeValues: used(UpdateExpression, { ':v': { S: 'x' } }) };
      expect(
        code(() => call('UpdateItem', { Key, UpdateExpression, ...values })),
        UpdateExpression,
      ).toBe('ValidationException');
    }
    const unused = { UpdateExpression: 'REMOVE a', ExpressionAttributeNames: { '#b': 'b' } };
    expect(code(() => call('UpdateItem', { Key, ...unused }))).toBe('ValidationException');
    expect(call('GetItem', { Key })).toEqual({});
  });
});

describe('a condition', () => {
  const put = (condition: string, before: Input | null = { holder: { S: 'x' }, until: { N: '100' } }) => {
    const call = table();
    if (before !== null) call('PutItem', { Item: { ...Key, ...before } });
    return code(() =>
      call('PutItem', {
        Item: { ...Key, holder: { S: 'z' } },
        ConditionExpression: condition,
        ExpressionAttributeNames: used(condition, { '#h': 'holder', '#u': 'until' }),
        ExpressionAttributeValues: used(condition, {
          ...{ ':x': { S: 'x' }, ':y': { S: 'y' }, ':99': { N: '99' }, ':100': { N: '100' } },
        }),
      }),
    );
  };
  const failed = 'ConditionalCheckFailedException';

  test.each([
    ['#h = :x', null],
    ['#h <> :x', failed],
    ['#h < :y', null],
    ['#u <= :99', failed],
    ['#u > :99', null],
    ['#u >= :100', null],
    ['#h = :100', failed],
    ['nothing = :x', failed],
    ['nothing <> :x', null],
    ['attribute_exists(#h)', null],
    ['attribute_not_exists(#h)', failed],
    ['attribute_not_exists(#h) OR #h = :x', null],
    ['#h = :y AND #u = :100 OR #h = :x', null],
    ['#h = :y AND (#u = :100 OR #h = :x)', failed],
    ['NOT #h = :y and not #h = :x', failed],
    ['#h', 'ValidationException'],
    ['#h = ', 'ValidationException'],
    ['#h = :x)', 'ValidationException'],
    ['#h LIKE :x', 'ValidationException'],
  ])('"%s" answers %s', (condition, expected) => {
    expect(put(condition)).toBe(expected);
  });

  test('sees an item that is not there as one without attributes', () => {
    expect(put('attribute_not_exists(#h)', null)).toBeNull();
    expect(put('#u < :100', null)).toBe(failed);
  });

  test('holds a lease for one holder at a time, whoever asks and whenever', () => {
    const asks = fc.array(
      fc.record({ holder: fc.constantFrom('a', 'b', 'c'), passes: fc.integer({ min: 0, max: 40 }) }),
    );
    fc.assert(
      fc.property(asks, (tries) => {
        const call = table();
        let now = 0;
        let held: { holder: string; until: number } | null = null;
        for (const { holder, passes } of tries) {
          now += passes;
          const refusedBy = code(() =>
            call('UpdateItem', {
              Key,
              UpdateExpression: 'SET holder = :me, until = :until',
              ConditionExpression: 'attribute_not_exists(holder) OR holder = :me OR until < :now',
              ExpressionAttributeValues: {
                ':me': { S: holder },
                ':now': { N: `${now}` },
                ':until': { N: `${now + 30}` },
              },
            }),
          );
          const isFree: boolean = held === null || held.holder === holder || held.until < now;
          expect(refusedBy).toBe(isFree ? null : failed);
          if (isFree) held = { holder, until: now + 30 };
        }
      }),
    );
  });
});
