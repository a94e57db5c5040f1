import { type AttributeValue, type Item, invalid, type Placeholders, Tokens } from './tokens.ts';

/** The item after `SET a = :v, b = b + :one, c = if_not_exists(c, :v) REMOVE d`. All of it sees the item as it was. */
export function updated(expression: string, item: Item, placeholders: Placeholders): Item {
  const tokens = new Tokens(expression, placeholders);
  const result: Record<string, AttributeValue> = { ...item };
  while (!tokens.isAtEnd) {
    if (tokens.takes('SET')) {
      do {
        const name = tokens.takeName();
        tokens.expect('=');
        result[name] = sum(tokens, item);
      } while (tokens.takes(','));
    } else if (tokens.takes('REMOVE')) {
      do delete result[tokens.takeName()];
      while (tokens.takes(','));
    } else throw tokens.problem();
  }
  return result;
}

function sum(tokens: Tokens, item: Item): AttributeValue {
  const first = term(tokens, item);
  const sign = tokens.takes('+') ? 1 : tokens.takes('-') ? -1 : null;
  if (sign === null) return first;
  const second = term(tokens, item);
  if (!('N' in first && 'N' in second)) throw invalid('An operand in the update expression has an incorrect data type');
  return { N: String(Number(first.N) + sign * Number(second.N)) };
}

function term(tokens: Tokens, item: Item): AttributeValue {
  if (!tokens.takes('if_not_exists')) return present(tokens.takeOperand(item));
  tokens.expect('(');
  const found = item[tokens.takeName()] ?? null;
  tokens.expect(',');
  const otherwise = tokens.takeOperand(item);
  tokens.expect(')');
  return present(found ?? otherwise);
}

function present(value: AttributeValue | null): AttributeValue {
  if (value === null) throw invalid('The provided expression refers to an attribute that does not exist in the item');
  return value;
}
