import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';

/* All that changes AWS or a router passes env/aws/writing/live-writer.ts. Beside it only a lease is written, in a table of its own. */

const reading = /^(Describe|Get|List)\w+Command$/;

/** Commands of the SDK that a file says, but for those that read. */
function mutatingCommands(source: string): string[] {
  const imports = source.matchAll(/import\s+(?!type\b)\{([^}]*)\}\s+from\s+'@aws-sdk\/[^']+'/g);
  const names = [...imports].flatMap(([, list]) => list!.split(',').map((one) => one.trim()));
  return names.filter((name) => /^\w+Command$/.test(name) && !reading.test(name));
}

/** What a file asks of a router's socket other than to show something. */
function routerWrites(source: string): string[] {
  return [...source.matchAll(/\.ask(?:All)?\(([^)]*)\)/g)]
    .map(([, asked]) => asked!)
    .filter((asked) => !/^\[?\s*['"`]show /.test(asked));
}

function files(): readonly { readonly path: string; readonly source: string }[] {
  return ['agent', 'cli', 'controller', 'env', 'policies', 'studies'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
      .filter((path) => path.endsWith('.ts'))
      .map((path) => ({ path, source: readFileSync(path, 'utf8') })),
  );
}

test('only the live writer and the lease import commands that change anything', () => {
  const found = files().flatMap(({ path, source }) => mutatingCommands(source).map((command) => `${path} ${command}`));
  expect(found.sort()).toEqual(
    [
      'env/aws/dynamo-lease.ts UpdateItemCommand',
      ...[
        'DeleteFunctionCommand',
        'DeleteProvisionedConcurrencyConfigCommand',
        'ModifyRuleCommand',
        'PublishVersionCommand',
        'PutProvisionedConcurrencyConfigCommand',
        'ResumeProcessesCommand',
        'SetDesiredCapacityCommand',
        'SuspendProcessesCommand',
        'UpdateAliasCommand',
        'UpdateFunctionConfigurationCommand',
      ].map((command) => `env/aws/writing/live-writer.ts ${command}`),
    ].sort(),
  );
});

test('no file loads the SDK in a way that this test would not see', () => {
  const hidden = files().filter(({ source }) =>
    /import\s+\*\s+as\s+\w+\s+from\s+'@aws-sdk|import\(\s*['"`]@aws-sdk|require\(\s*['"`]@aws-sdk|\bnew\s+(CloudWatch|AutoScaling|Lambda|DynamoDB|SSM|ElasticLoadBalancingV2)\(/.test(
      source,
    ),
  );
  expect(hidden.map(({ path }) => path)).toEqual([]);
});

test('only what the live writer is given says anything to a router but to show', () => {
  const speaking = files().filter(({ source }) => source.includes('RuntimeSocket'));
  const writing = speaking.filter(({ source }) => routerWrites(source).length > 0);
  // The first hands on what it is asked, and refuses all but to show: a test of its own.
  expect(writing.map(({ path }) => path).sort()).toEqual([
    'env/aws/router/recent-answers.ts',
    'env/aws/router/send-commands.ts',
  ]);
  const sending = files().filter(({ source }) => /\bsendCommands\b/.test(source));
  expect(sending.map(({ path }) => path).sort()).toEqual([
    'env/aws/router/open-router.ts',
    'env/aws/router/send-commands.ts',
  ]);
});

describe('the search finds', () => {
  test.each([
    [`import { SetDesiredCapacityCommand } from '@aws-sdk/client-auto-scaling';`, ['SetDesiredCapacityCommand']],
    [`import {\n  type A,\n  UpdateAliasCommand,\n} from '@aws-sdk/client-lambda';`, ['UpdateAliasCommand']],
    [`import { GetAliasCommand, PutItemCommand } from '@aws-sdk/client-x';`, ['PutItemCommand']],
    [`import { DescribeRulesCommand, type ModifyRuleInput } from '@aws-sdk/client-x';`, []],
  ])('%s', (source, commands) => {
    expect(mutatingCommands(source)).toEqual(commands);
  });

  test.each([
    ['await socket.ask(`set map limits a b`)', 1],
    ['await socket.ask(command, signal)', 1],
    ["await socket.ask('show map')", 0],
    ['await socket.askAll([`clear table a`])', 1],
    ["await socket.askAll([\n  'show map',\n])", 0],
  ])('%s', (source, count) => {
    expect(routerWrites(source)).toHaveLength(count);
  });
});
