import type { Clock } from '../clock.ts';
import type { Service } from '../operation.ts';
import type { Groups } from './groups.ts';
import { readingOperations } from './reading.ts';
import { writingOperations } from './writing.ts';

/** Amazon EC2 Auto Scaling (API version 2011-01-01), as far as a controller and the people around it use it. */
export function autoScalingService(groups: Groups, clock: Clock): Service {
  return { ...readingOperations(groups, clock), ...writingOperations(groups) };
}
