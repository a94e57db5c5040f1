import { compareLearners } from './learning.ts';
import { compareQueues } from './queues.ts';

/** Beside other simulators, or with `learning` beside other learners; run from the root of the project. */
const [what, ...flags] = process.argv.slice(2);
await (what === 'learning' ? compareLearners(flags) : compareQueues());
