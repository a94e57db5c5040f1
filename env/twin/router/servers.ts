import { isInstance } from '../../deployment/router-layout.ts';

/** A server as it was added at run time. */
export interface Server {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly slots: number;
  state: 'ready' | 'drain' | 'maint';
}

const added = 'New server registered.\n';
const exists = 'Already exists a server with the same name in backend.\n';
const noBackEnd = 'No such backend.\n';
const noServer = 'No such server.\n';

/** The servers of the back ends, and the commands that change them, with HAProxy's own answers (2.6.12). */
export class Servers {
  /** By back end, in the order in which they were added. */
  readonly #byBackEnd: ReadonlyMap<string, Map<string, Server>>;

  constructor(backEnds: readonly string[]) {
    this.#byBackEnd = new Map(backEnds.map((name) => [name, new Map<string, Server>()]));
  }

  of(backEnd: string): Server[] {
    return [...(this.#byBackEnd.get(backEnd)?.values() ?? [])];
  }

  get backEnds(): string[] {
    return [...this.#byBackEnd.keys()];
  }

  /** `add server BACKEND/NAME ADDRESS:PORT maxconn SLOTS …` */
  add(words: readonly string[]): string {
    const [servers, name] = this.#place(words[2]);
    const address = /^\[?(?<host>[^\]]+)\]?:(?<port>\d+)$/.exec(words[3] ?? '')?.groups;
    if (name === '' || address === undefined) return "'server' expects <name> and <addr>[:<port>] as arguments.\n";
    if (servers === null) return noBackEnd;
    if (servers.has(name)) return exists;
    const slots = Number(words[words.indexOf('maxconn') + 1]);
    const { host, port } = address as { host: string; port: string };
    servers.set(name, { name, address: host, port: Number(port), slots, state: 'maint' });
    return added;
  }

  /** `del server BACKEND/NAME`: nothing is ever on a server that the twin's traffic does not know. */
  delete(words: readonly string[]): string {
    const [servers, name] = this.#place(words[2]);
    if (servers === null) return noBackEnd;
    const server = servers.get(name);
    if (server === undefined) return noServer;
    if (server.state !== 'maint') return 'Only servers in maintenance mode can be deleted.\n';
    servers.delete(name);
    return 'Server deleted.\n';
  }

  /** `set server BACKEND/NAME state STATE`, and `enable` or `disable` of a server or its health checks. */
  set(words: readonly string[]): string {
    const [servers, name] = this.#place(words[2]);
    if (servers === null) return noBackEnd;
    const server = servers.get(name);
    if (server === undefined) return noServer;
    const state = words[4];
    if (state !== 'ready' && state !== 'drain' && state !== 'maint') {
      return "'set server <srv> state' expects 'ready', 'drain' and 'maint'.\n";
    }
    server.state = state;
    return '\n';
  }

  enableHealth(words: readonly string[]): string {
    const [servers, name] = this.#place(words[2]);
    if (servers === null) return noBackEnd;
    return servers.has(name) ? '\n' : noServer;
  }

  /** Whether the controller has given the back end servers of its own. */
  isFollowed(backEnd: string): boolean {
    return this.of(backEnd).some(({ name }) => isInstance(name));
  }

  #place(path: string | undefined): readonly [Map<string, Server> | null, string] {
    const [backEnd = '', name = ''] = (path ?? '').split('/');
    return [this.#byBackEnd.get(backEnd) ?? null, name];
  }
}
