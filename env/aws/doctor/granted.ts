import { type Permission, permissions } from '../permissions.ts';
import { about, type Finding } from './finding.ts';
import type { Check } from './patient.ts';

/** What the calls of the other checks tell about permissions; it must be the last of them. Writes show only when they are made. */
export const granted: Check = async ({ readings: { asked } }) => {
  const reads = actionsOf(({ commands }) => commands.includes('doctor'));
  const tried = reads.filter((action) => asked.has(action));
  const refused = tried.filter((action) => asked.get(action)?.kind === 'denied');
  const findings: Finding[] = refused.map((action) =>
    about('permissions', action).problem(
      `${asked.get(action)!.said}.`,
      'Grant it (docs/aws.md), or run the doctor as the role that the controller has.',
    ),
  );
  if (refused.length === 0)
    findings.push(about('permissions', 'reads').ok(`All ${tried.length} that were tried are granted.`));
  const writes = actionsOf(({ commands }) => !commands.includes('doctor'));
  return [
    ...findings,
    about('permissions', 'writes').unknown(
      `Cannot be checked without writing: ${writes.map((action) => action.split(':')[1]).join(', ')}.`,
      'Compare the role with the policy of live mode in docs/aws.md; a write that is denied is a hindrance in the journal.',
    ),
  ];
};

function actionsOf(isMeant: (permission: Permission) => boolean): readonly string[] {
  return permissions.filter(isMeant).flatMap(({ actions }) => actions);
}
