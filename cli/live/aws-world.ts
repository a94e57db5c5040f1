import { hostname } from 'node:os';
import { FileLease } from '../../controller/live/file-lease.ts';
import { Calls } from '../../env/aws/calls/call.ts';
import type { Fault } from '../../env/aws/calls/fault.ts';
import { RecentGroups } from '../../env/aws/calls/recent-groups.ts';
import type { AwsClients } from '../../env/aws/clients.ts';
import { countedMinutes } from '../../env/aws/counted-minutes.ts';
import { DynamoLease } from '../../env/aws/dynamo-lease.ts';
import { AwsEnvironment } from '../../env/aws/environment.ts';
import { handBackOf } from '../../env/aws/hand-back.ts';
import { importMetrics } from '../../env/aws/import-metrics.ts';
import { type ActuationParts, actInShadow, actLive } from '../../env/aws/levers/open-actuator.ts';
import { remoteKillSwitch } from '../../env/aws/remote-kill-switch.ts';
import { type OpenedRouter, openRouter } from '../../env/aws/router/open-router.ts';
import { checkStart } from '../../env/aws/start-checks.ts';
import { LiveWriter } from '../../env/aws/writing/live-writer.ts';
import type { Writer } from '../../env/aws/writing/writer.ts';
import type { Lease } from '../../env/lease.ts';
import { beatsOf } from '../beats.ts';
import { type Access, AccessTogether } from './access-together.ts';
import type { World, WorldOptions } from './live-parts.ts';

/** How long calls are waited for, and how often the SDK tries. */
export interface Patience {
  readonly callDeadlineMs: number;
  readonly maxAttempts: number;
}

const usualPatience: Patience = { callDeadlineMs: 10_000, maxAttempts: 3 };

/** Of a twin, which checks none. */
const madeUp = { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' };

/** A service in AWS or in its twin. Connects to nothing before it is asked something. */
export function openWorld(options: WorldOptions, patience = usualPatience, together = new AccessTogether()): World {
  const { callDeadlineMs } = patience;
  const { prices, mode, address, clock, machine, wrap, random, stateFolder } = options;
  const { deployment, profile } = options.service;
  const { clients, sharedReads } = accessOf(options, patience, together);
  const [now, calls] = [() => clock.now(), new Calls(callDeadlineMs)];
  const lease = options.takesLease ? leaseOf(options, clients, calls) : null;
  // A twin's time does not pass as this machine's: there the router is read at decisions alone.
  const beats = address === null ? { every: beatsOf(clock) } : {};
  const recent = new RecentGroups(() => now().getTime());
  const reads = recent.remembering(sharedReads.for(calls));
  const opened = openRouter({
    profile,
    deployment,
    reads,
    rehearsal: address,
    monotonicMs: () => passedMs(options),
    ...beats,
  });
  const parts: ActuationParts = {
    ...{ profile, deployment, clients, calls, random, folder: stateFolder },
    nowMs: () => clock.now().getTime(),
    routerMutation: opened?.mutationFor ?? null,
  };
  const writer = mode === 'shadow' ? null : wrap(liveWriter({ clients, lease, opened, calls }));
  const { actuator, viewer } = writer === null ? actInShadow(parts, options.tell, wrap) : actLive(parts, writer);
  const environment = new AwsEnvironment({
    ...{ profile, deployment, prices, clients, actuator, viewer, now, random, callDeadlineMs },
    sharedReads: { skew: sharedReads.skew, for: (own) => recent.asking(sharedReads.for(own)) },
    router: opened?.router ?? null,
    machineNow: () => machine.now(),
  });
  return {
    environment,
    check: async () => {
      const { allowsPolicies, say } = options;
      for (const sentence of await checkStart({ profile, deployment, clients, mode, allowsPolicies })) say(sentence);
    },
    killSwitch: remoteKillSwitch({ deployment, reads }),
    handBack: writer === null ? null : handBackOf(deployment, writer, () => actuator.forget()),
    lease,
    counted: async (window) => {
      const metrics = importMetrics(deployment, profile);
      const own = new Calls(callDeadlineMs);
      return metrics && countedMinutes({ read: sharedReads.for(own).metrics, calls: own, metrics, window });
    },
    said: () => environment.readings.said,
    // A function without provisioned concurrency is asked for it, and says that there is none.
    faults: () => [...environment.readings.faults, ...calls.takeFaults().filter(({ code }) => code !== unprovisioned)],
  };
}

const unprovisioned = 'ProvisionedConcurrencyConfigNotFound';

function accessOf({ service, address, machine }: WorldOptions, patience: Patience, together: AccessTogether): Access {
  const { callDeadlineMs, maxAttempts } = patience;
  const options = { region: service.deployment.region, endpoint: address, maxAttempts };
  const credentials = address === null ? {} : { credentials: madeUp };
  return together.of({ ...options, ...credentials }, callDeadlineMs, () => machine.now());
}

interface LiveWriting {
  readonly clients: AwsClients;
  readonly lease: Lease | null;
  readonly opened: OpenedRouter | null;
  readonly calls: Calls;
}

function liveWriter({ clients, lease, opened, calls }: LiveWriting): Writer {
  // Nobody else writes, as a person said.
  const alone = { check: async () => true };
  const failed = (faults: readonly Fault[]) => calls.note(faults);
  return new LiveWriter({ clients, lease: lease ?? alone, sendToRouter: opened?.send ?? null, failed });
}

/** Every deployment has a lease of its own, whatever file or table they name together. */
function leaseOf(options: WorldOptions, clients: AwsClients, calls: Calls): Lease | null {
  const { service, clock, runId } = options;
  const { name, lease } = service.deployment;
  const { file, table, seconds } = lease;
  if (file !== null) return new FileLease({ path: `${file}.${name}`, seconds, clock, run: runId });
  if (table === null) return null;
  const holder = `${hostname()}:${process.pid}:${runId}`;
  const monotonicMs = () => passedMs(options);
  return new DynamoLease({ client: clients.dynamo, calls, table, service: name, holder, seconds, monotonicMs });
}

/** Time that only goes on. A twin's never jumps, and in a rehearsal it is the time that counts. */
function passedMs({ address, clock, passedMs: told }: WorldOptions): number {
  if (told !== undefined) return told();
  return address === null ? clock.monotonicMs() : clock.now().getTime();
}
