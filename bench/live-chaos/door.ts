import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerTo } from '../../env/twin/answer.ts';
import { readBody } from '../../env/twin/body.ts';
import { type Call, CallLog } from '../../env/twin/call-log.ts';
import type { Controls } from '../../env/twin/control.ts';
import { control, controlPath } from '../../env/twin/control.ts';
import type { Fault } from '../../env/twin/faults/fault.ts';
import { FaultSchedule } from '../../env/twin/faults/schedule.ts';
import type { Inside } from '../../env/twin/inside.ts';
import type { Input, Operation, Output, Service, ServiceName } from '../../env/twin/operation.ts';
import { StaleAnswers } from '../../env/twin/stale-answers.ts';
import type { WireRequest } from '../../env/twin/wire/message.ts';

/** What a door tells of the calls of the one controller that has it. */
export interface Ear {
  /** A call that was understood came in, and nothing has come of it yet. */
  arrived(call: Call): void;
  /** It was done, whether or not the answer gets out. */
  performed(call: Call, output: Output, fault: Fault | null): void;
}

/** When the process that has the door may go on with a call, and when it is gone. */
export interface Fate {
  /** Before a call is looked at: false, it never came. */
  lets(): boolean;
  /** After it was done; false: nobody is there to hear of it. */
  answers(): Promise<boolean>;
}

export interface DoorParts {
  readonly inside: Inside;
  readonly ear: Ear;
  readonly fate: Fate;
  /** Where the overflow router is spoken to; null: there is none. */
  readonly routerSocket: () => string | null;
  /** Of a process that lets the time pass by itself; null: it may not. */
  readonly advance: ((seconds: number) => void) | null;
}

export interface Door {
  readonly url: string;
  /** With all its connections. */
  shut(): Promise<void>;
}

/** A call that hangs is cut after this, as by something in between, so that no run waits for it. */
const hungMs = 20;

/** One controller's own way to a twin that it may share with others, on the loopback: who calls is known, and can be held or cut off. */
export async function openDoor(parts: DoorParts): Promise<Door> {
  const answer = answerer(parts);
  const server = createServer((request, response) => {
    serve(request, response, answer, parts).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    shut: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  answer: ReturnType<typeof answerer>,
  parts: DoorParts,
): Promise<void> {
  response.sendDate = false;
  const { fate, inside } = parts;
  const wire = await wireRequest(request);
  if (!fate.lets()) return void request.socket.destroy();
  const answered = wire.path.startsWith(controlPath) ? control(wire, controlsOf(parts)) : answer(wire);
  if (!(await fate.answers())) return void request.socket.destroy();
  if (answered === 'hang') setTimeout(() => request.socket.destroy(), hungMs);
  else if (answered === 'cut') request.socket.destroy();
  else if (answered === 'reset') request.socket.resetAndDestroy();
  else {
    const { status, headers, body } = answered;
    const skew = inside.faults.active('clock-skew', null)?.strength ?? 0;
    const date = new Date(inside.clock.nowMs() + 1000 * skew).toUTCString();
    response.writeHead(status, { ...headers, date, 'content-length': Buffer.byteLength(body) });
    response.end(body);
  }
}

function controlsOf({ inside, routerSocket, advance }: DoorParts): Controls {
  const { clock, faults } = inside;
  return {
    nowMs: () => clock.nowMs(),
    speed: () => null,
    seconds: () => clock.seconds(),
    advance: (seconds) => advance?.(seconds),
    inject: (fault) => faults.add(fault),
    routerSocket,
  };
}

async function wireRequest(request: IncomingMessage): Promise<WireRequest> {
  const { method = 'GET', url = '/', headers } = request;
  const [path, query] = url.split('?', 2);
  return { method, path: path!, query: new URLSearchParams(query ?? ''), headers, body: await readBody(request) };
}

/** The twin's own answers, overheard. Calls are answered one after the other, so that the newest to arrive is the one that is performed. */
function answerer({ inside, ear }: DoorParts) {
  const { clock, services, faults } = inside;
  const now: { call: Call | null; fault: Fault | null } = { call: null, fault: null };
  const calls = new OverheardCalls((call) => {
    [now.call, now.fault] = [call, null];
    ear.arrived(call);
  });
  const overheard = new OverheardFaults(faults, (fault) => {
    now.fault = fault;
  });
  const told = (operation: Operation) => (input: Input) => {
    const output = operation(input);
    ear.performed(now.call!, output, now.fault);
    return output;
  };
  const parts = {
    clock,
    calls,
    faults: overheard,
    services: overheardServices(services, told),
    stale: new StaleAnswers(),
  };
  let count = 0;
  return (request: WireRequest) =>
    answerTo(request, `00000000-0000-4000-8000-${(++count).toString(16).padStart(12, '0')}`, parts);
}

type Services = Readonly<Record<ServiceName, Service>>;

function overheardServices(services: Services, told: (operation: Operation) => Operation): Services {
  const ofService = (service: Service): Service =>
    Object.fromEntries(Object.entries(service).map(([name, operation]) => [name, told(operation)]));
  return Object.fromEntries(
    Object.entries(services).map(([name, service]) => [name, ofService(service)]),
  ) as unknown as Services;
}

class OverheardCalls extends CallLog {
  readonly #tell: (call: Call) => void;

  constructor(tell: (call: Call) => void) {
    super();
    this.#tell = tell;
  }

  override note(call: Omit<Call, 'isMutating'>): void {
    this.#tell({ ...call, isMutating: !/^(Describe|Get|List|Query|Scan|BatchGet)/.test(call.operation) });
  }
}

class OverheardFaults extends FaultSchedule {
  readonly #faults: FaultSchedule;
  readonly #tell: (fault: Fault | null) => void;

  constructor(faults: FaultSchedule, tell: (fault: Fault | null) => void) {
    super([], () => 0);
    this.#faults = faults;
    this.#tell = tell;
  }

  override ofCall(service: ServiceName, operation: string): Fault | null {
    const fault = this.#faults.ofCall(service, operation);
    this.#tell(fault);
    return fault;
  }
}
