import type { AwsClients } from '../env/aws/clients.ts';
import { InputProblem } from '../env/problem.ts';

/** What a command that speaks to AWS, or in a rehearsal to the twin, was given by its surroundings. */
export interface AwsSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
}

export interface AwsAccess {
  readonly clients: AwsClients;
  /** Time of the world that answers: the twin's in a rehearsal. */
  readonly now: () => Promise<Date>;
}

const madeUp = { accessKeyId: 'REHEARSAL', secretAccessKey: 'rehearsal' } as const;

/** `rehearsal`: the address of a twin, on the loopback; undefined: AWS itself, which no setting of an endpoint may stand in for. */
export async function openAws(
  region: string,
  rehearsal: string | undefined,
  { environment, now }: AwsSurroundings,
): Promise<AwsAccess> {
  if (rehearsal === undefined) refuseOverride(environment);
  const endpoint = rehearsal === undefined ? null : loopbackOf(rehearsal);
  // Late: the clients of the SDK take their time to load.
  const { openClients } = await import('../env/aws/clients.ts');
  if (endpoint === null) return { clients: openClients({ region, endpoint }), now: async () => now() };
  return { clients: openClients({ region, endpoint, credentials: madeUp }), now: () => twinTime(endpoint) };
}

/** Refuses what is no plain address of the loopback; without a slash at the end. */
export function loopbackOf(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  const isLoopback = url !== null && /^(127(\.\d+){3}|localhost|\[::1\])$/.test(url.hostname);
  if (isLoopback && url.protocol === 'http:' && url.pathname === '/' && url.username === '' && url.search === '') {
    return url.origin;
  }
  throw new InputProblem(
    `--rehearsal ${address}: must be the address of a twin on this machine, as in http://127.0.0.1:4566: \`spillway twin\` prints its own.`,
  );
}

/** A forgotten setting of an endpoint would send live calls elsewhere, and rehearsed ones to AWS. */
function refuseOverride(environment: AwsSurroundings['environment']): void {
  const name = Object.keys(environment).find((one) => one.startsWith('AWS_ENDPOINT_URL') && environment[one] !== '');
  if (name === undefined) return;
  throw new InputProblem(
    `${name} is set, but AWS must be spoken to at its own address: unset it, or use --rehearsal to speak to a twin.`,
  );
}

async function twinTime(endpoint: string): Promise<Date> {
  const answer = await fetch(`${endpoint}/_twin/time`, { signal: AbortSignal.timeout(5000) }).catch(
    (cause: unknown) => {
      throw new InputProblem(`--rehearsal ${endpoint}: nobody answers there; start \`spillway twin\` first.`, {
        cause,
      });
    },
  );
  const { now } = (await answer.json().catch(() => ({}))) as { readonly now?: unknown };
  if (typeof now === 'number' && Number.isFinite(now)) return new Date(now);
  throw new InputProblem(
    `--rehearsal ${endpoint}: what answers there is no twin; give the address that \`spillway twin\` prints.`,
  );
}
