import { isIP } from 'node:net';
import type { Deployment } from '../../deployment/deployment.ts';
import { routerBudgets } from '../../physics/budgets.ts';
import { InputProblem } from '../../problem.ts';
import type { ServiceProfile } from '../../types.ts';
import { creditRules, creditStart } from './accuracy-rules.ts';
import type { RouterPlace } from './addresses.ts';
import { countedAnswers, tableSections } from './answer-rules.ts';
import { lambdaSections, poolSection } from './back-ends.ts';
import { latencyMap, type MapFile, settingsMap } from './map-files.ts';
import { requestRules } from './request-rules.ts';

export interface RouterFiles {
  /** Text of haproxy.cfg. */
  readonly configuration: string;
  /** To lie in the folder that the configuration names. */
  readonly maps: readonly MapFile[];
}

/**
 * An HAProxy (2.6 or newer) that decides per request where it is served, by thresholds in a map that the controller sets at run time.
 * Pure. Throws an InputProblem for a profile whose router is not `overflow`.
 */
export function routerConfiguration(profile: ServiceProfile, deployment: Deployment, place: RouterPlace): RouterFiles {
  const { router } = deployment;
  if (profile.router !== 'overflow' || router === null) {
    throw new InputProblem(
      `router of ${profile.name}: is ${profile.router}, but must be overflow with a socket to have an HAProxy: a load balancer splits the traffic of this service by weights.`,
    );
  }
  const sections = [
    globalSection(profile, router.socket, place.socketFor),
    defaultsSection(profile),
    ...(place.functions.some((one) => one !== null && isIP(one.host) === 0) ? [resolversSection] : []),
    frontSection(profile, deployment, place),
    ...profile.pools.map((pool, index) => {
      const group = deployment.pools[index]!.autoScalingGroup;
      return poolSection(pool, group, place.servers[index] ?? [], place.healthPath);
    }),
    ...lambdaSections(profile, deployment, place),
    ...tableSections(),
  ];
  return {
    configuration: sections.map((lines) => `${lines.join('\n')}\n`).join('\n'),
    maps: [settingsMap(deployment.name, profile), latencyMap()],
  };
}

function globalSection(profile: ServiceProfile, socket: string, owner: RouterPlace['socketFor']): string[] {
  const bind = socket.startsWith('/') ? socket : `ipv4@${socket}`;
  const access = socket.startsWith('/') ? accessOf(owner) : '';
  return [
    `# The overflow router of ${profile.name}, written by spillway router (docs/router.md).`,
    'global',
    '  # One thread decides and sends in one go: no two requests are given the same free slot.',
    '  nbthread 1',
    '  # For the controller alone: who can write here decides where the traffic goes.',
    `  stats socket ${bind}${access} level admin`,
    ...(routerBudgets(profile).accuracy ? [`  ${creditStart}`] : []),
  ];
}

function accessOf(owner: RouterPlace['socketFor']): string {
  if (owner === null) return ' mode 600';
  return 'user' in owner ? ` mode 600 user ${owner.user}` : ` mode 660 group ${owner.group}`;
}

function defaultsSection({ clientTimeoutMs }: ServiceProfile): string[] {
  const patience = `${Math.ceil(clientTimeoutMs)}ms`;
  return [
    'defaults',
    '  mode http',
    '  log stdout format raw local0 info',
    `  log-format '${logFormat}'`,
    '  # Whose client has gone leaves the line; whose server cannot be reached tries another one.',
    '  option abortonclose',
    '  option redispatch',
    '  retries 2',
    '  timeout connect 2s',
    '  timeout http-request 10s',
    `  timeout client ${patience}`,
    `  timeout server ${patience}`,
    `  timeout queue ${patience}`,
  ];
}

/** The addresses of a load balancer change while HAProxy runs. */
const resolversSection = [
  'resolvers system',
  '  parse-resolv-conf',
  '  accepted_payload_size 8192',
  '  hold valid 10s',
];

/** One line of JSON per request: when, what, where, how long in line (ms), to the head of the answer, in all; -1: it did not come to that. */
const logFormat =
  '{"at":"%[date(0,ms)]","class":"%[var(txn.class)]","variant":"%[var(txn.answer)]","backEnd":"%b","server":"%s","queueMs":%Tw,"answerMs":%Tr,"totalMs":%Ta,"status":%ST,"ended":"%tsc"}';

function frontSection(profile: ServiceProfile, deployment: Deployment, place: RouterPlace): string[] {
  const hasFunction = deployment.functions.map((one, variant) => one !== null && place.functions[variant] != null);
  const rules = requestRules({ deployment: deployment.name, profile, hasFunction, folder: place.folder });
  const credit = routerBudgets(profile).accuracy ? creditRules(profile) : [];
  const last = rules.at(-1)!;
  return [
    'frontend requests',
    `  bind ${place.bind}`,
    ...[...rules.slice(0, -1), ...credit, ...countedAnswers(place.folder), last].map((rule) => `  ${rule}`),
  ];
}
