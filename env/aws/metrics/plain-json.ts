import type { CloudWatchClient, MetricDataQuery } from '@aws-sdk/client-cloudwatch';

/** What a call of GetMetricData carries past the SDK's codec, there and back. */
interface Carried {
  readonly queries: readonly MetricDataQuery[];
  /** Its times in seconds since 1970, as the wire has them; undefined: the SDK's codec has them. */
  results: readonly unknown[] | undefined;
}

interface Message {
  readonly statusCode?: number;
  readonly headers: Readonly<Record<string, string>>;
  body?: unknown;
}

/** The protocol by which its messages are plain JSON; of another one the SDK's codec does all. */
const json = 'aws.protocols#awsJson1_0';

/**
 * Of GetMetricData the queries and the results go as JSON.stringify and JSON.parse have them: 500 series of ten minutes take the SDK's walk over
 * its schemas ten times as long, and a thousand services ask for 12,000 every minute. All else stays the SDK's: signature, retries, errors,
 * and whatever in an answer is no JSON. Whoever else uses this client is told times as seconds, too.
 */
export function speakPlainJson(client: CloudWatchClient): void {
  if (client.config.protocol?.getShapeId() !== json) return;
  const calls = new WeakMap<object, Carried>();
  const { middlewareStack: stack } = client;
  const isOurs = ({ commandName }: { readonly commandName?: string }) => commandName === 'GetMetricDataCommand';
  stack.add(
    (next, context) => (args) => {
      if (!isOurs(context)) return next(args);
      const { MetricDataQueries: queries, ...input } = args.input as { readonly MetricDataQueries: MetricDataQuery[] };
      calls.set(context, { queries, results: undefined });
      return next({ ...args, input });
    },
    { step: 'serialize', priority: 'high', name: 'spillwayQueriesAside', override: true },
  );
  stack.add(
    (next, context) => (args) => {
      const carried = calls.get(context);
      if (carried !== undefined) putQueries(args.request as Message, carried.queries);
      return next(args);
    },
    { step: 'serialize', priority: 'low', name: 'spillwayQueriesBack', override: true },
  );
  stack.add(
    (next, context) => async (args) => {
      const answer = await next(args);
      const carried = calls.get(context);
      if (carried !== undefined) carried.results = await takeResults(answer.response as Message);
      return answer;
    },
    { step: 'deserialize', priority: 'low', name: 'spillwayResultsAside', override: true },
  );
  stack.add(
    (next, context) => async (args) => {
      const answer = await next(args);
      const results = calls.get(context)?.results;
      if (results !== undefined) Object.assign(answer.output as object, { MetricDataResults: results });
      return answer;
    },
    { step: 'deserialize', priority: 'high', name: 'spillwayResultsBack', override: true },
  );
}

function putQueries(request: Message, queries: readonly MetricDataQuery[]): void {
  const body = request.body as string | Uint8Array;
  const rest = typeof body === 'string' ? body : textOf([body]);
  // As bytes, since a text would be made bytes three times: to be measured, signed and sent.
  request.body = Buffer.from(`${rest.slice(0, -1)},"MetricDataQueries":[${queries.map(queryText).join()}]}`);
}

/** By what a query asks for, which is the same every minute and never changed: only its id is another. */
const texts = new WeakMap<object, string>();

function queryText(query: MetricDataQuery): string {
  const { Id, MetricStat } = query;
  if (MetricStat === undefined || Object.keys(query).length > 2) return JSON.stringify(query);
  let text = texts.get(MetricStat);
  if (text === undefined) {
    text = JSON.stringify(MetricStat);
    texts.set(MetricStat, text);
  }
  return `{"Id":${JSON.stringify(Id)},"MetricStat":${text}}`;
}

/** Leaves the rest to the SDK's codec; all of it, undefined, where it is an error or not as expected. */
async function takeResults(response: Message): Promise<readonly unknown[] | undefined> {
  if (response.statusCode !== 200) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  const text = textOf(chunks);
  const answer = parsed(text);
  const results = answer?.MetricDataResults;
  const isWhole = Array.isArray(results);
  const rest = isWhole ? JSON.stringify({ ...answer, MetricDataResults: undefined }) : text;
  response.body = Buffer.from(rest);
  return isWhole ? results : undefined;
}

function textOf(chunks: readonly Uint8Array[]): string {
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): { readonly MetricDataResults?: unknown } | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
