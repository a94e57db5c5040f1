import type { Fault } from '../calls/fault.ts';
import { type Permission, permissions } from '../permissions.ts';
import { about, type Finding } from './finding.ts';
import type { Check } from './patient.ts';

/** Faults of a call that was let through. */
const beyondTheGate: readonly (Fault['kind'] | undefined)[] = [undefined, 'not-found', 'invalid', 'conflict', 'stale'];

/** What the calls of the other checks tell about permissions; it must be the last of them. Writes show only when they are made. */
export const granted: Check = async ({ readings: { asked } }) => {
  const reads = actionsOf(({ commands }) => commands.includes('doctor')).filter((action) => asked.has(action));
  const kindOf = (action: string) => asked.get(action)?.kind;
  const refused = reads.filter((action) => kindOf(action) === 'denied');
  const answered = reads.filter((action) => beyondTheGate.includes(kindOf(action)));
  const writes = actionsOf(({ commands }) => !commands.includes('doctor'));
  return [
    ...refused.map((action) => refusal(action, asked.get(action)!)),
    ...summary(reads.length, answered.length, refused.length),
    about('permissions', 'writes').unknown(
      `Cannot be checked without writing: ${writes.map((action) => action.split(':')[1]).join(', ')}.`,
      'Compare the role with the policy of live mode in docs/aws.md; a write that is denied is a hindrance in the journal.',
    ),
  ];
};

function refusal(action: string, { said }: Fault): Finding {
  return about('permissions', action).problem(
    `${said}.`,
    'Grant it (docs/aws.md), or run the doctor as the role that the controller has.',
  );
}

function summary(tried: number, answered: number, refused: number): readonly Finding[] {
  const on = about('permissions', 'reads');
  if (answered === tried) return [on.ok(`All ${tried} that were tried are granted.`)];
  if (answered + refused === tried) return [];
  if (answered + refused === 0) {
    return [
      on.problem(
        `Of ${tried} that were tried, none was answered: nothing is known of this deployment.`,
        'Mend what the lines above say, the credentials or the way to AWS, and run the doctor again.',
      ),
    ];
  }
  return [
    on.unknown(
      `Of ${tried} that were tried, ${tried - answered - refused} were not answered.`,
      'Run the doctor again once the calls above succeed.',
    ),
  ];
}

function actionsOf(isMeant: (permission: Permission) => boolean): readonly string[] {
  return permissions.filter(isMeant).flatMap(({ actions }) => actions);
}
