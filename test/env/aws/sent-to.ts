import { type Service, ServiceError } from '../../../env/twin/operation.ts';

/** Around one operation of a service; throws what the client shall see, or never answers. */
export type Around = (operation: string, perform: () => unknown) => Promise<unknown>;

const plainly: Around = async (_, perform) => perform();

/** A client of the SDK, as far as `send` goes, in front of a twin's service: the same operations without the wire. */
export function sentTo<Client>(service: Service, around: Around = plainly): Client {
  const send = async (command: { readonly constructor: { readonly name: string }; readonly input: object }) => {
    const operation = command.constructor.name.replace(/Command$/, '');
    const perform = () => {
      try {
        return service[operation]!({ ...command.input });
      } catch (error) {
        throw error instanceof ServiceError ? asClientsThrow(error) : error;
      }
    };
    return around(operation, perform);
  };
  return { send, config: {} } as Client;
}

function asClientsThrow({ code, message, status }: ServiceError): Error {
  return Object.assign(new Error(message), { name: code, $metadata: { httpStatusCode: status, attempts: 1 } });
}

/** As the SDK throws what a service refuses. */
export function refusal(code: string, httpStatusCode: number): Error {
  return Object.assign(new Error(code), { name: code, $metadata: { httpStatusCode, attempts: 1 } });
}

/** As the SDK throws where the answer never came: nobody knows whether the request was carried out. */
export function lostAnswer(): Error {
  return Object.assign(new Error('socket hang up'), { name: 'Error', code: 'ECONNRESET', $metadata: { attempts: 1 } });
}
