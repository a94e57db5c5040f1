import {
  DescribeAutoScalingGroupsCommand,
  DescribePoliciesCommand,
  DescribeScheduledActionsCommand,
} from '@aws-sdk/client-auto-scaling';
import { GetAliasCommand } from '@aws-sdk/client-lambda';
import type { z } from 'zod';
import { type Answer, Calls } from '../calls/call.ts';
import type { Fault } from '../calls/fault.ts';
import type { AwsClients } from '../clients.ts';
import { type PublishedVersion, readVersions } from '../rollout/read-versions.ts';
import { allPages } from './pages.ts';
import { type Alias, type Group, type Policy, type ScheduledAction, shapes } from './shapes.ts';

type Send = (options: { readonly abortSignal: AbortSignal }) => Promise<unknown>;

interface Question<Value> {
  readonly client: { readonly config: object };
  readonly send: Send;
  readonly shape: z.ZodType<Value>;
}

const deadlineMs = 20_000;

/** What is read of AWS, each thing once, and with it which permissions there are. No call changes anything. */
export class Examination {
  readonly clients: AwsClients;
  readonly #calls = new Calls(deadlineMs);
  readonly #kept = new Map<string, Promise<Answer<unknown>>>();
  readonly #asked = new Map<string, Fault | null>();

  constructor(clients: AwsClients) {
    this.clients = clients;
  }

  /** By action, as IAM names it: null where it was answered, else the refusal, or what went wrong last. */
  get asked(): ReadonlyMap<string, Fault | null> {
    return this.#asked;
  }

  /** Null: there is no such group. */
  async group(name: string): Promise<Answer<Group | null>> {
    const { autoScaling: client } = this.clients;
    const send: Send = (options) =>
      client.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }), options);
    const question = { client, send, shape: shapes.groups };
    const answer = await this.read('autoscaling:DescribeAutoScalingGroups', name, question);
    return part(answer, (all) => all.AutoScalingGroups.find((one) => one.AutoScalingGroupName === name) ?? null);
  }

  async policies(group: string): Promise<Answer<readonly Policy[]>> {
    const { autoScaling: client } = this.clients;
    const send: Send = (options) =>
      allPages(async (page) => {
        const command = new DescribePoliciesCommand({ AutoScalingGroupName: group, ...page });
        const { ScalingPolicies, NextToken } = await client.send(command, options);
        return { items: ScalingPolicies, next: NextToken };
      });
    const question = { client, send, shape: shapes.policies };
    return part(await this.read('autoscaling:DescribePolicies', group, question), ({ items }) => items);
  }

  async schedule(group: string): Promise<Answer<readonly ScheduledAction[]>> {
    const { autoScaling: client } = this.clients;
    const send: Send = (options) =>
      allPages(async (page) => {
        const command = new DescribeScheduledActionsCommand({ AutoScalingGroupName: group, ...page });
        const { ScheduledUpdateGroupActions, NextToken } = await client.send(command, options);
        return { items: ScheduledUpdateGroupActions, next: NextToken };
      });
    const question = { client, send, shape: shapes.schedule };
    return part(await this.read('autoscaling:DescribeScheduledActions', group, question), ({ items }) => items);
  }

  alias(FunctionName: string, Name: string): Promise<Answer<Alias>> {
    const { lambda: client } = this.clients;
    const send: Send = (options) => client.send(new GetAliasCommand({ FunctionName, Name }), options);
    return this.read('lambda:GetAlias', `${FunctionName}:${Name}`, { client, send, shape: shapes.alias });
  }

  versions(name: string): Promise<Answer<readonly PublishedVersion[]>> {
    const { lambda: client } = this.clients;
    return readVersions(client, ({ operation, ...question }) => this.read(`lambda:${operation}`, name, question), name);
  }

  /** Asks once for each action and subject; a later question gets the same answer. Never throws. */
  read<Value>(action: string, subject: string, question: Question<Value>): Promise<Answer<Value>> {
    const key = `${action} ${subject}`;
    const kept = this.#kept.get(key) as Promise<Answer<Value>> | undefined;
    if (kept !== undefined) return kept;
    const operation = action.split(':')[1]!;
    const answer = this.#calls.read({ operation, ...question }).then((found) => {
      this.note(action, found.fault);
      return found;
    });
    this.#kept.set(key, answer);
    return answer;
  }

  /** A refusal is remembered, whatever else the same action was answered. */
  note(action: string, fault: Fault | null): void {
    if (this.#asked.get(action)?.kind !== 'denied') this.#asked.set(action, fault);
  }
}

export function part<Value, Part>(answer: Answer<Value>, take: (value: Value) => Part): Answer<Part> {
  return answer.fault === null ? { value: take(answer.value), fault: null } : answer;
}
