import { type KillSwitch, readKillSwitch, strictest } from '../../env/guardrails/switch-state.ts';
import type { World } from './live-parts.ts';

export interface NotedSwitchParts {
  readonly world: Pick<World, 'killSwitch'>;
  /** The file of the limits; null: there is none. */
  readonly file: string | null;
  /** What it stops is stopped at the writer too, where the steps of a rollout pass that no new action asks for. Null: changes are allowed. */
  readonly halt: (why: string | null) => void;
  /** Told what it says, when that is news. */
  readonly say: (sentence: string, isWarning: boolean) => void;
}

/** The kill switches of a service, read at each decision. */
export class NotedSwitch {
  readonly #parts: NotedSwitchParts;
  #state: KillSwitch = 'clear';
  #why: string | null = null;

  constructor(parts: NotedSwitchParts) {
    this.#parts = parts;
  }

  /** That it cannot be read, which stops all changes though nobody pulled it; null: it can. */
  get trouble(): string | null {
    return this.#state === 'unreadable' ? this.#why : null;
  }

  async read(): Promise<KillSwitch> {
    const { world, file, halt, say } = this.#parts;
    const [own, remote] = await Promise.all([readKillSwitch(file), world.killSwitch()]);
    this.#state = strictest([own, remote.state]);
    const reason = this.#state === remote.state ? remote.why : null;
    const why = sentenceOf(this.#state, reason ?? `the file ${file}`);
    halt(why);
    if (why !== this.#why) say(why ?? 'The kill switch allows changes again.', why !== null);
    this.#why = why;
    return this.#state;
  }
}

function sentenceOf(state: KillSwitch, reason: string): string | null {
  if (state === 'clear') return null;
  return state === 'pulled'
    ? 'The kill switch is pulled: nothing is changed.'
    : `The kill switch cannot be read (${reason}): nothing is changed.`;
}
