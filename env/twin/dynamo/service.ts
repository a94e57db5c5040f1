import { Members } from '../members.ts';
import { type Input, type Operation, type Output, type Service, ServiceError } from '../operation.ts';
import { isFulfilled } from './condition.ts';
import { type AttributeValue, type Item, invalid, type Placeholders } from './tokens.ts';
import { updated } from './update.ts';

export interface DynamoTable {
  readonly name: string;
  /** Name of its partition key, a text. */
  readonly key: string;
}

interface Stored extends DynamoTable {
  readonly items: Map<string, Item>;
}

/** DynamoDB's API, as far as a lease needs it: single items, written under conditions. */
export function dynamoService(tables: readonly DynamoTable[]): Service {
  const stored = new Map(tables.map((table): [string, Stored] => [table.name, { ...table, items: new Map() }]));
  const about = (operation: (table: Stored, members: Members) => Output): Operation => {
    return (input: Input) => {
      const members = new Members(input, 'ValidationException');
      const table = stored.get(members.text('TableName'));
      if (table === undefined) throw new ServiceError('ResourceNotFoundException', 'Requested resource not found');
      return operation(table, members);
    };
  };
  return {
    GetItem: about((table, members) => {
      const item = table.items.get(keyOf(table, itemOf(members, 'Key')));
      return item === undefined ? {} : { Item: item };
    }),
    PutItem: about((table, members) => write(table, itemOf(members, 'Item'), members, (_, given) => given)),
    UpdateItem: about((table, members) => {
      const expression = members.textOrNull('UpdateExpression');
      return write(table, itemOf(members, 'Key'), members, (before, key) =>
        expression === null ? { ...before, ...key } : updated(expression, { ...before, ...key }, placeholders(members)),
      );
    }),
    DeleteItem: about((table, members) => write(table, itemOf(members, 'Key'), members, () => null)),
  };
}

/** `change` makes the new item of the old one and what was given; null: there is none any more. */
function write(
  table: Stored,
  given: Item,
  members: Members,
  change: (before: Item, given: Item) => Item | null,
): Output {
  const key = keyOf(table, given);
  refuseUnused(members);
  const before = table.items.get(key) ?? {};
  const condition = members.textOrNull('ConditionExpression');
  if (condition !== null && !isFulfilled(condition, before, placeholders(members))) {
    throw new ServiceError('ConditionalCheckFailedException', 'The conditional request failed');
  }
  const after = change(before, given);
  if (after === null) table.items.delete(key);
  else table.items.set(key, after);
  const shown = { ALL_OLD: before, ALL_NEW: after ?? {} }[members.textOrNull('ReturnValues') ?? ''];
  return shown === undefined ? {} : { Attributes: shown };
}

/** DynamoDB refuses what no expression uses. */
function refuseUnused(members: Members): void {
  const words = ['UpdateExpression', 'ConditionExpression'].flatMap(
    (name) => members.textOrNull(name)?.match(/[#:]\w+/g) ?? [],
  );
  for (const [name, given] of Object.entries(placeholders(members))) {
    const unused = Object.keys(given).filter((word) => !words.includes(word));
    if (unused.length === 0) continue;
    const member = name === 'names' ? 'ExpressionAttributeNames' : 'ExpressionAttributeValues';
    throw invalid(`Value provided in ${member} unused in expressions: keys: {${unused.join(', ')}}`);
  }
}

function placeholders(members: Members): Placeholders {
  const all = (name: string) => Object.fromEntries(members.structureOrNull(name)?.entries() ?? []);
  return { names: all('ExpressionAttributeNames'), values: all('ExpressionAttributeValues') };
}

function itemOf(members: Members, name: string): Item {
  const entries = members.structureOrNull(name)?.entries();
  if (entries === undefined) throw invalid(`1 validation error detected: the member ${name} is missing`);
  return Object.fromEntries(entries.map(([attribute, value]) => [attribute, value as AttributeValue]));
}

function keyOf({ key }: DynamoTable, item: Item): string {
  const value = item[key]?.S;
  if (typeof value === 'string' && value !== '') return value;
  throw invalid('The provided key element does not match the schema');
}
