import {
  ResumeProcessesCommand,
  SetDesiredCapacityCommand,
  SuspendProcessesCommand,
} from '@aws-sdk/client-auto-scaling';
import { ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  DeleteFunctionCommand,
  DeleteProvisionedConcurrencyConfigCommand,
  PublishVersionCommand,
  PutProvisionedConcurrencyConfigCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { z } from 'zod';
import type { Lease } from '../../lease.ts';
import { Calls } from '../calls/call.ts';
import type { Fault } from '../calls/fault.ts';
import type { AwsClients } from '../clients.ts';
import type { Mutation } from './mutation.ts';
import { type Request, type RouterInput, requestOf } from './request-of.ts';
import type { Writer, Written } from './writer.ts';

type Send = { readonly abortSignal: AbortSignal };

export interface LiveWriterParts {
  readonly clients: Pick<AwsClients, 'autoScaling' | 'loadBalancing' | 'lambda'>;
  /** Asked right before each write; a write without it is refused. */
  readonly lease: Pick<Lease, 'check'>;
  /** Sends writing commands to a router's socket; throws what it could not. Null: there is no router. */
  readonly sendToRouter: ((input: RouterInput, options: Send) => Promise<unknown>) | null;
  /** Told of writes that failed; absent: nobody wants to know beside who wrote. */
  readonly failed?: (faults: readonly Fault[]) => void;
  /** For one write with all the SDK's own attempts; absent: 10 s. */
  readonly deadlineMs?: number;
}

/** The only place from which anything leaves that changes AWS or a router. */
export class LiveWriter implements Writer {
  readonly mode = 'live';
  readonly #parts: LiveWriterParts;
  readonly #calls: Calls;

  constructor(parts: LiveWriterParts) {
    this.#parts = parts;
    this.#calls = new Calls(parts.deadlineMs ?? 10_000);
  }

  async write(mutation: Mutation): Promise<Written> {
    const request = requestOf(mutation);
    let isFenced = false;
    const send = async (options: Send) => {
      // In here, so that a second attempt with fresh credentials asks again.
      isFenced = !(await this.#parts.lease.check());
      if (isFenced) throw new Error(leaseLost(request).said);
      return this.#send(request, options);
    };
    const client = request.client === 'router' ? { config: {} } : this.#parts.clients[request.client];
    const answer = await this.#calls.read({ operation: request.operation, client, send, shape: z.unknown() });
    const faults = this.#calls.takeFaults();
    if (!isFenced) this.#parts.failed?.(faults);
    if (isFenced) return { state: 'refused', fault: leaseLost(request) };
    if (answer.fault === null) return { state: 'done', response: answer.value };
    return { state: answer.fault.isUnknown ? 'unknown' : 'refused', fault: answer.fault };
  }

  #send(request: Request, options: Send): Promise<unknown> {
    const { autoScaling, loadBalancing, lambda } = this.#parts.clients;
    switch (request.operation) {
      case 'SetDesiredCapacity':
        return autoScaling.send(new SetDesiredCapacityCommand(request.input), options);
      case 'ResumeProcesses':
        return autoScaling.send(new ResumeProcessesCommand(request.input), options);
      case 'SuspendProcesses':
        return autoScaling.send(new SuspendProcessesCommand(request.input), options);
      case 'ModifyRule':
        return loadBalancing.send(new ModifyRuleCommand(request.input), options);
      case 'UpdateFunctionConfiguration':
        return lambda.send(new UpdateFunctionConfigurationCommand(request.input), options);
      case 'PublishVersion':
        return lambda.send(new PublishVersionCommand(request.input), options);
      case 'UpdateAlias':
        return lambda.send(new UpdateAliasCommand(request.input), options);
      case 'PutProvisionedConcurrencyConfig':
        return lambda.send(new PutProvisionedConcurrencyConfigCommand(request.input), options);
      case 'DeleteProvisionedConcurrencyConfig':
        return lambda.send(new DeleteProvisionedConcurrencyConfigCommand(request.input), options);
      case 'DeleteFunction':
        return lambda.send(new DeleteFunctionCommand(request.input), options);
      case 'SetRouter':
        return this.#sendToRouter(request.input, options);
    }
  }

  async #sendToRouter(input: RouterInput, options: Send): Promise<unknown> {
    const { sendToRouter } = this.#parts;
    if (sendToRouter === null) throw Object.assign(new Error('There is no router'), { name: 'InvalidRouter' });
    return sendToRouter(input, options);
  }
}

function leaseLost({ operation }: Request): Fault {
  const said = `${operation}: not sent, since the lease is not held`;
  return { kind: 'withheld', code: 'LeaseLost', said, isUnknown: false };
}
