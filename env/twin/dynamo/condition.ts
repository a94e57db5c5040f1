import { type AttributeValue, type Item, invalid, type Placeholders, Tokens } from './tokens.ts';

/**
 * Whether the item fulfils a condition: comparisons, attribute_exists, attribute_not_exists, AND, OR, NOT and parentheses (DynamoDB developer
 * guide, condition expressions; the part of the grammar that a lease needs).
 */
export function isFulfilled(condition: string, item: Item, placeholders: Placeholders): boolean {
  const tokens = new Tokens(condition, placeholders);
  const result = anyOf(tokens, item);
  if (!tokens.isAtEnd) throw tokens.problem();
  return result;
}

function anyOf(tokens: Tokens, item: Item): boolean {
  let result = allOf(tokens, item);
  while (tokens.takes('OR')) result = allOf(tokens, item) || result;
  return result;
}

function allOf(tokens: Tokens, item: Item): boolean {
  let result = one(tokens, item);
  while (tokens.takes('AND')) result = one(tokens, item) && result;
  return result;
}

function one(tokens: Tokens, item: Item): boolean {
  if (tokens.takes('NOT')) return !one(tokens, item);
  if (tokens.takes('(')) {
    const result = anyOf(tokens, item);
    tokens.expect(')');
    return result;
  }
  if (tokens.takes('attribute_exists')) return exists(tokens, item);
  if (tokens.takes('attribute_not_exists')) return !exists(tokens, item);
  const left = tokens.takeOperand(item);
  const comparator = tokens.take();
  const right = tokens.takeOperand(item);
  return compares(left, comparator, right);
}

function exists(tokens: Tokens, item: Item): boolean {
  tokens.expect('(');
  const name = tokens.takeName();
  tokens.expect(')');
  return item[name] !== undefined;
}

/** What is absent, or of another type, is only unequal. */
function compares(left: AttributeValue | null, comparator: string, right: AttributeValue | null): boolean {
  const order = left === null || right === null ? null : orderOf(left, right);
  switch (comparator) {
    case '=':
      return order === 0;
    case '<>':
      return order !== 0;
    case '<':
      return order !== null && order < 0;
    case '<=':
      return order !== null && order <= 0;
    case '>':
      return order !== null && order > 0;
    case '>=':
      return order !== null && order >= 0;
    default:
      throw invalid(`Invalid ConditionExpression: Syntax error; token: "${comparator}"`);
  }
}

/** Negative, 0 or positive; null: they are of different types. */
function orderOf(left: AttributeValue, right: AttributeValue): number | null {
  if ('N' in left && 'N' in right) return Number(left.N) - Number(right.N);
  for (const type of ['S', 'BOOL']) {
    if (!(type in left && type in right)) continue;
    const [a, b] = [String(left[type]), String(right[type])];
    return a < b ? -1 : a > b ? 1 : 0;
  }
  return null;
}
