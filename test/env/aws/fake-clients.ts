import { type AwsClients, openClients } from '../../../env/aws/clients.ts';

/** An answer, or what is thrown, to a command's input. */
export type Answers = (input: Readonly<Record<string, unknown>>) => unknown;

/** The SDK's clients, but for the wire: `answers` by the name of the operation; what is not there is an answer without members. */
export function fakeClients(answers: Readonly<Record<string, Answers>>): AwsClients {
  const clients = openClients({
    region: 'eu-west-1',
    endpoint: null,
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
  });
  const send = async (command: { readonly input: Readonly<Record<string, unknown>> }) => {
    const operation = command.constructor.name.replace(/Command$/, '');
    return answers[operation]?.(command.input) ?? {};
  };
  const { cloudWatch, autoScaling, loadBalancing, lambda, parameters } = clients;
  for (const client of [cloudWatch, autoScaling, loadBalancing, lambda, parameters]) {
    Object.assign(client, { send });
  }
  return clients;
}
