import { setFlagsFromString } from 'node:v8';

/** Of more services than these the memory is theirs, and collecting it half as often again would be a tenth of a round. */
const fewServices = 100;
/** Of what was alive after the last collection. */
const growthPercent = 50;

/**
 * V8 collects the old part of its heap once it has grown to two and a half times what was alive: 100 MB of garbage where a service needs 40.
 * A controller is there all the time beside other things, and a tick has time; so it collects earlier. To be called once, at the start: V8
 * reads this flag at each collection, and one that does not know it leaves it (node:v8, setFlagsFromString). It is no limit: whoever
 * needs more gets it.
 */
export function paceHeap(services: number): void {
  if (services <= fewServices) setFlagsFromString(`--heap-growing-percent=${growthPercent}`);
}
