/** The nesting beyond which no request of these services goes. */
const deepest = 32;

/** A copy of plain data in which every leaf went through `change`, which is told the name of the nearest member; undefined members are left out. */
export function mapLeaves(
  value: unknown,
  change: (leaf: unknown, member: string) => unknown,
  member = '',
  depth = 0,
): unknown {
  if (depth > deepest) throw new RangeError(`nested more than ${deepest} deep`);
  if (Array.isArray(value)) return value.map((one) => mapLeaves(one, change, member, depth + 1));
  if (!isPlain(value)) return change(value, member);
  const copy: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) {
    if (part !== undefined && name !== '__proto__') copy[name] = mapLeaves(part, change, name, depth + 1);
  }
  return copy;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
