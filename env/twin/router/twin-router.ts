import { isInstance, lambdaBackEnd, poolBackEnd, tables } from '../../deployment/router-layout.ts';
import type { ServiceProfile } from '../../types.ts';
import type { RoutedWorld } from '../parts.ts';
import { RoutedCounts } from './routed-counts.ts';
import { type Server, Servers } from './servers.ts';
import { Settings } from './settings.ts';
import { type ShownServer, serverStatesText } from './shown-servers.ts';
import { statisticsText } from './statistics-text.ts';
import { linePool, tableText } from './tables.ts';

export interface TwinRouterParts {
  readonly profile: ServiceProfile;
  /** Name of the deployment, by which its settings are called. */
  readonly deployment: string;
  readonly world: RoutedWorld;
  /** Whether the instance answers health checks. */
  readonly isServing: (instance: string) => boolean;
  /** Of the process. */
  readonly pid?: number;
}

/** What HAProxy says when it does not know a command; it goes on with a list of those that it knows. */
const unknownCommand = 'Unknown command, but maybe one of the following ones is a better match:\n';

/**
 * HAProxy's runtime API in front of the simulated router: the commands that Spillway uses, answered as HAProxy 2.6.12 answers them.
 * Until the controller adds servers of its own, a pool has one for each VM that serves.
 */
export class TwinRouter {
  readonly #parts: TwinRouterParts;
  readonly #settings: Settings;
  readonly #servers: Servers;
  readonly #counts: RoutedCounts;
  /** By name, as after so many steps of the world, and with the line in this pool. */
  readonly #tables = new Map<string, { readonly steps: number; readonly line: number; readonly text: string }>();

  constructor(parts: TwinRouterParts) {
    const { profile, deployment, world } = parts;
    this.#parts = parts;
    this.#settings = new Settings(deployment, profile);
    this.#servers = new Servers([
      ...profile.pools.map(({ name }) => poolBackEnd(name)),
      ...profile.variants.map(({ name }) => lambdaBackEnd(name)),
    ]);
    this.#counts = new RoutedCounts(profile, world, this.#settings.setting().variant);
    world.route(this.#settings.setting());
  }

  /** A line may hold several commands, between semicolons. */
  answer(line: string): string[] {
    return line.split(';').map((command) => this.#one(command.trim()));
  }

  #one(command: string): string {
    const words = command.split(/\s+/);
    switch (words.slice(0, 2).join(' ')) {
      case 'prompt':
      case 'set timeout':
        return '';
      case 'show info':
        return `Name: HAProxy\nVersion: 2.6.12\nNbthread: 1\nPid: ${this.#parts.pid ?? 1}\nStopping: 0\n`;
      case 'show stat':
        return statisticsText(this.#parts.profile, this.#counts, (name) => this.#shown(name));
      case 'show table':
        return this.#table(words[2] ?? '');
      case 'show map':
        return this.#showMap(words[2]);
      case 'set map':
        return this.#setMap(words);
      case 'show servers':
        return serverStatesText(this.#servers.backEnds.map((name) => [name, this.#shown(name)]));
      default:
        return this.#change(words);
    }
  }

  /** Written once for all who ask before the world goes on. */
  #table(name: string): string {
    const now = this.#counts.settle();
    const { steps } = now;
    const line = linePool(now);
    const known = this.#tables.get(name);
    if (known?.steps === steps && known.line === line) return known.text;
    const text = tableText(name, this.#parts.profile, this.#counts, now);
    if (Object.values<string>(tables).includes(name)) this.#tables.set(name, { steps, line, text });
    return text;
  }

  #change(words: readonly string[]): string {
    switch (words.slice(0, 2).join(' ')) {
      case 'add server':
        return this.#servers.add(words);
      case 'del server':
        return this.#servers.delete(words);
      case 'enable health':
        return this.#servers.enableHealth(words);
      case 'set server':
        return this.#servers.set(words);
      default:
        return unknownCommand;
    }
  }

  #showMap(file: string | undefined): string {
    if (file === undefined) return this.#settings.list();
    return file === this.#settings.file ? this.#settings.show() : unknownMap;
  }

  #setMap([, , file, key = '', value = '']: readonly string[]): string {
    if (file !== this.#settings.file) return unknownMap;
    const refusal = this.#settings.set(key, value);
    const setting = this.#settings.setting();
    this.#counts.setVariant(setting.variant);
    this.#parts.world.route(setting);
    return refusal;
  }

  #shown(backEnd: string): ShownServer[] {
    const pool = this.#parts.profile.pools.findIndex(({ name }) => poolBackEnd(name) === backEnd);
    if (pool < 0) return [];
    if (this.#servers.isFollowed(backEnd)) return this.#servers.of(backEnd).map((one) => this.#asShown(one));
    const { slots } = this.#parts.profile.pools[pool]!;
    const ready = this.#parts.world.totals().ready[pool]!;
    return Array.from({ length: ready }, (_, index) => ({
      ...{ name: `fixed-${index + 1}`, address: '127.0.0.1', port: 8080, slots },
      ...({ state: 'ready', status: 'UP' } as const),
    }));
  }

  #asShown(server: Server): ShownServer {
    const { name, state } = server;
    if (state === 'drain') return { ...server, status: 'DRAIN' };
    if (state === 'maint') return { ...server, status: 'MAINT' };
    return { ...server, status: !isInstance(name) || this.#parts.isServing(name) ? 'UP' : 'DOWN' };
  }
}

const unknownMap = 'Unknown map identifier. Please use #<id> or <file>.\n';
