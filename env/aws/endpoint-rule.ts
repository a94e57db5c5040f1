import { InputProblem } from '../problem.ts';

/** Live, AWS is spoken to at its own address: a forgotten setting would have something else believed to be AWS. `variables` of the process. */
export function refuseEndpointOverride(variables: Readonly<Record<string, string | undefined>>): void {
  const found = Object.keys(variables).find((name) => name.startsWith('AWS_ENDPOINT_URL') && variables[name]);
  if (found === undefined) return;
  throw new InputProblem(
    `${found} is set, but AWS must be spoken to at its own address: unset it, or rehearse on a twin with --rehearsal ADDRESS.`,
  );
}

/** In a rehearsal nothing leaves this machine. The address as it is to be used: without a path. */
export function loopbackEndpoint(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  const isLoopback = url?.protocol === 'http:' && /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/.test(url.hostname);
  if (isLoopback && url.username === '' && url.password === '') return url.origin;
  throw new InputProblem(
    `--rehearsal ${address}: must be the address of a twin on this machine, as http://127.0.0.1:PORT, so that nothing real is changed; start one with spillway twin.`,
  );
}
