import { systemClock } from '../../controller/clock.ts';
import { openRehearsal } from '../../controller/live/rehearsal.ts';
import type { AwsClients } from '../../env/aws/clients.ts';
import { loopbackEndpoint, refuseEndpointOverride } from '../../env/aws/endpoint-rule.ts';

/** What a command that asks AWS, or in a rehearsal its twin, is given by its surroundings. */
export interface AwsSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
}

export interface AwsAccess {
  readonly clients: AwsClients;
  /** Of the twin; null: AWS itself. */
  readonly endpoint: string | null;
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
  if (rehearsal === undefined) refuseEndpointOverride(environment);
  const endpoint = rehearsal === undefined ? null : loopbackEndpoint(rehearsal);
  const time = endpoint === null ? now : (await openRehearsal(endpoint, systemClock)).clock.now;
  // Late: the clients of the SDK take their time to load.
  const { openClients } = await import('../../env/aws/clients.ts');
  const credentials = endpoint === null ? {} : { credentials: madeUp };
  return { clients: openClients({ region, endpoint, ...credentials }), endpoint, now: time };
}
