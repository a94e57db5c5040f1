import { contentionFactor } from '../physics/contention.ts';
import { unitLognormalTable } from '../physics/lognormal.ts';
import { Random } from '../random.ts';
import { SlotHeap } from './slot-heap.ts';
import { Slots } from './slots.ts';
import { WaitingLine } from './waiting-line.ts';

/**
 * Clients that each send their next request when the last is answered, as load generators do: JMeter's threads, the
 * SageMaker-versus-Lambda study. Nothing is ever lost, and as many requests are inside as there are clients.
 */
export interface ClosedLoop {
  readonly clients: number;
  readonly vms: number;
  /** Requests that one VM works on at the same time. */
  readonly slots: number;
  readonly serviceMs: number;
  readonly serviceCv: number;
  /** As in a profile's pool: see `contentionFactor`. */
  readonly contention: number;
  /** `one`: a line in front of all VMs; `each`: a balancer puts each request on a VM at random, where it stays. */
  readonly lines: 'one' | 'each';
  /** Time between an answer and the client's next request. */
  readonly thinkMs: number;
  /** Answered before anything is counted. */
  readonly warmUpRequests: number;
  readonly requests: number;
  readonly seed: number;
}

export interface ClosedLoopResult {
  /** [request] In the order in which their services start, unsorted. */
  readonly latenciesMs: Float64Array;
  readonly meanMs: number;
  readonly requestsPerSecond: number;
}

/** Runs the loop until so many requests are answered. The same options give the same bytes. */
export function runClosedLoop(loop: ClosedLoop): ClosedLoopResult {
  const run = new Run(loop);
  for (let request = 0; request < loop.warmUpRequests; request++) run.startNext();
  const startSeconds = run.nowSeconds;
  const latenciesMs = new Float64Array(loop.requests);
  for (let request = 0; request < loop.requests; request++) latenciesMs[request] = run.startNext() * 1000;
  const meanMs = latenciesMs.reduce((sum, one) => sum + one, 0) / loop.requests;
  return { latenciesMs, meanMs, requestsPerSecond: loop.requests / (run.nowSeconds - startSeconds) };
}

/** One line and the slots behind it. */
interface Station {
  readonly line: WaitingLine;
  readonly slots: Slots;
  readonly vms: number;
}

class Run {
  /** When the last service started. */
  nowSeconds = 0;
  readonly #loop: ClosedLoop;
  readonly #random: Random;
  readonly #unitService: Float64Array;
  readonly #stations: readonly Station[];
  /** When each client sends its next request; whose it is does not matter. */
  readonly #sends = new SlotHeap();

  constructor(loop: ClosedLoop) {
    this.#loop = loop;
    this.#random = Random.seeded(loop.seed, 'closed loop');
    this.#unitService = unitLognormalTable(loop.serviceCv, 4096);
    const stations = loop.lines === 'one' ? 1 : loop.vms;
    this.#stations = Array.from({ length: stations }, () => this.#station(loop.vms / stations));
    for (let client = 0; client < loop.clients; client++) this.#sends.push(0);
  }

  #station(vms: number): Station {
    const slots = new Slots(this.#loop.contention);
    const inForce = { variant: 0, serviceSeconds: this.#loop.serviceMs / 1000, accuracy: 1 };
    slots.serve({ inForce, larger: null, smaller: null }, 0);
    slots.open(vms * this.#loop.slots, 0);
    return { line: new WaitingLine(), slots, vms };
  }

  /** Lets time pass until a service starts, and returns that request's latency in seconds. */
  startNext(): number {
    for (;;) {
      const next = this.#nextToStart();
      // An answered client sends before the freed slot takes the next: it waits, and is seen to wait.
      if (next && startsAt(next) < this.#sends.first) return this.#start(next);
      this.#send(this.#sends.first);
    }
  }

  #send(time: number): void {
    this.#sends.pop();
    this.#stations[this.#random.below(this.#stations.length)]!.line.push(time);
  }

  #nextToStart(): Station | null {
    let next: Station | null = null;
    for (const station of this.#stations) {
      if (station.line.length > 0 && (next === null || startsAt(station) < startsAt(next))) next = station;
    }
    return next;
  }

  #start(station: Station): number {
    const { line, slots, vms } = station;
    const time = startsAt(station);
    const arrival = line.shift();
    const unit = this.#unitService[this.#random.bits() >>> 20]!;
    const end = time + slots.serviceSeconds * unit * contentionFactor(slots.contention, line.length, vms);
    slots.work(time, end);
    this.#sends.push(end + this.#loop.thinkMs / 1000);
    this.nowSeconds = time;
    return end - arrival;
  }
}

/** When the first of the line is served. */
function startsAt({ line, slots }: Station): number {
  return Math.max(slots.nextFreeAt, line.first);
}
