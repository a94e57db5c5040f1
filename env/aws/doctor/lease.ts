import { about } from './finding.ts';
import type { Check } from './patient.ts';
import { unread } from './unread.ts';

/** There is a place where controllers agree on who may write. */
export const lease: Check = async ({ readings, deployment: { name, lease } }) => {
  if (lease.table === null) {
    if (lease.file !== null)
      return [about('lease', lease.file).ok('A file: it holds between controllers of one host.')];
    return [
      about('lease', 'none').warning(
        'The deployment has no lease: live mode refuses to begin, unless it is told that nobody else writes.',
        'Name a table or a file under lease.',
      ),
    ];
  }
  const on = about('lease', lease.table);
  const { value, fault } = await readings.leaseHolder(lease.table, name);
  if (fault !== null) return [unread(on, fault)];
  return [on.ok(value === null ? `Nobody holds the lease of ${name}.` : `${value} holds the lease of ${name}.`)];
};
