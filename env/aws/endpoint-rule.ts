import { InputProblem } from '../problem.ts';

/** Live, AWS is spoken to at its own address: a forgotten setting would have something else believed to be AWS. `variables` of the process. */
export function refuseEndpointOverride(variables: Readonly<Record<string, string | undefined>>): void {
  const found = Object.keys(variables).find((name) => name.startsWith('AWS_ENDPOINT_URL') && variables[name]);
  if (found === undefined) return;
  throw new InputProblem(
    `${found} is set, but AWS must be spoken to at its own address: unset it, or rehearse on a twin with --rehearsal ADDRESS.`,
  );
}

/** In a rehearsal nothing leaves this machine: whoever else answers there could be anybody. The address without what is not part of it. */
export function loopbackEndpoint(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  const isLoopback = url !== null && /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(url.hostname);
  const isPlain = url !== null && url.protocol === 'http:' && url.username === '' && url.password === '';
  if (isLoopback && isPlain && url.pathname === '/' && url.search === '') return url.origin;
  throw new InputProblem(
    `--rehearsal ${address}: must be the address of a twin on this machine, such as http://127.0.0.1:4599; start one with spillway twin.`,
  );
}
