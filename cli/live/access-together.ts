import { SharedReads } from '../../env/aws/calls/bulk-reads.ts';
import { type AwsClients, type ClientOptions, openClients } from '../../env/aws/clients.ts';

/** What the services of one account and region use together: connections, and reads of which one call does for many. */
export interface Access {
  readonly clients: AwsClients;
  readonly sharedReads: SharedReads;
}

interface Opened extends Access {
  users: number;
}

/** Clients of the SDK are opened once for all services that reach AWS the same way, and closed by the last of them. */
export class AccessTogether {
  readonly #opened = new Map<string, Opened>();

  of(options: ClientOptions, callDeadlineMs: number, machineNow: () => Date): Access {
    const key = JSON.stringify(options);
    const known = this.#opened.get(key) ?? opened(options, callDeadlineMs, machineNow);
    this.#opened.set(key, known);
    known.users++;
    return { sharedReads: known.sharedReads, clients: { ...known.clients, close: () => this.#leave(key) } };
  }

  #leave(key: string): void {
    const known = this.#opened.get(key);
    if (known === undefined || --known.users > 0) return;
    this.#opened.delete(key);
    known.clients.close();
  }
}

function opened(options: ClientOptions, callDeadlineMs: number, machineNow: () => Date): Opened {
  const clients = openClients(options);
  return { clients, sharedReads: new SharedReads(clients, callDeadlineMs, machineNow), users: 0 };
}
