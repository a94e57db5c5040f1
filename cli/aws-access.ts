import { systemClock } from '../controller/clock.ts';
import { openRehearsal, rehearsalAddress } from '../controller/rehearsal.ts';
import type { AwsClients } from '../env/aws/clients.ts';
import { InputProblem } from '../env/problem.ts';

/** What a command that asks AWS, or in a rehearsal its twin, is given by its surroundings. */
export interface AwsSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
}

export interface AwsAccess {
  readonly clients: AwsClients;
  /** Time of the world that answers: the twin's in a rehearsal. */
  readonly now: () => Date;
}

const madeUp = { accessKeyId: 'REHEARSAL', secretAccessKey: 'rehearsal' } as const;

/** `rehearsal`: the address of a twin on this machine; undefined: AWS itself, which no setting of an endpoint may stand in for. */
export async function openAws(
  region: string,
  rehearsal: string | undefined,
  { environment, now }: AwsSurroundings,
): Promise<AwsAccess> {
  if (rehearsal === undefined) refuseOverride(environment);
  const endpoint = rehearsal === undefined ? null : rehearsalAddress(rehearsal);
  const time = endpoint === null ? now : (await openRehearsal(endpoint, systemClock)).clock.now;
  // Late: the clients of the SDK take their time to load.
  const { openClients } = await import('../env/aws/clients.ts');
  const credentials = endpoint === null ? {} : { credentials: madeUp };
  return { clients: openClients({ region, endpoint, ...credentials }), now: time };
}

/** A forgotten setting of an endpoint would have something else believed to be AWS. */
function refuseOverride(environment: AwsSurroundings['environment']): void {
  const name = Object.keys(environment).find((one) => one.startsWith('AWS_ENDPOINT_URL') && environment[one] !== '');
  if (name === undefined) return;
  throw new InputProblem(
    `${name} is set, but AWS must be spoken to at its own address: unset it, or use --rehearsal to speak to a twin.`,
  );
}
