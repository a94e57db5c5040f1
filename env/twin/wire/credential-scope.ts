import { type ServiceName, serviceNames } from '../operation.ts';

export interface CredentialScope {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: ServiceName;
}

const scope = /\bCredential=([^/\s,]+)\/\d{8}\/([\w-]+)\/([\w-]+)\/aws4_request\b/;

/** For whom a request is, by the credential scope of its signature (SigV4); null: it says none, or a service that the twin has not. */
export function credentialScope(authorization: string | undefined): CredentialScope | null {
  const [, accessKeyId, region, name] = scope.exec(authorization ?? '') ?? [];
  const service = serviceNames.find((one) => one === name);
  if (accessKeyId === undefined || region === undefined || service === undefined) return null;
  return { accessKeyId, region, service };
}
