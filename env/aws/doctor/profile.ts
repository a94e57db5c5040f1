import { notOnAws } from '../not-on-aws.ts';
import { about } from './finding.ts';
import type { Check } from './patient.ts';

/** What the profile asks for that live mode does without. */
export const profile: Check = async ({ profile: asked }) =>
  notOnAws(asked).map((sentence) =>
    about('profile', asked.name).warning(
      sentence,
      'Leave it out of the profile, so that policies are judged and trained as the service will run.',
    ),
  );
