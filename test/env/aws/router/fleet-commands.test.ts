import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fleetCommands, type Present } from '../../../../env/aws/router/fleet-commands.ts';
import { addressByName, instanceName, madeUpAddress } from '../../../../env/aws/router/instance-address.ts';
import { Servers } from '../../../../env/twin/router/servers.ts';

const pool = { backEnd: 'pool.cpu', slots: 2 };
const address = { host: '10.0.0.5', port: 8080 };
const present = (name: string, state: Partial<Present> = {}): Present => ({
  name,
  isDraining: false,
  isInMaintenance: false,
  sessions: 0,
  ...state,
});

test('a new instance becomes a server with its slots, checked before it is made ready', () => {
  expect(fleetCommands({ ...pool, present: [], wanted: [{ id: 'i-0a', address }] })).toEqual([
    'add server pool.cpu/i-0a 10.0.0.5:8080 maxconn 2 check inter 2s rise 1 fall 3',
    'enable health pool.cpu/i-0a',
    'set server pool.cpu/i-0a state ready',
  ]);
  const ipv6 = { host: 'fd00::5', port: 80 };
  expect(fleetCommands({ ...pool, present: [], wanted: [{ id: 'i-0a', address: ipv6 }] })[0]).toContain('[fd00::5]:80');
});

test('an instance that nobody finds by its name is not added, and stays where it is there', () => {
  const wanted = [{ id: 'i-0a', address: null }];
  expect(fleetCommands({ ...pool, present: [], wanted })).toEqual([]);
  expect(fleetCommands({ ...pool, present: [present('i-0a')], wanted })).toEqual([]);
});

test('whoever goes is drained first, waited for, and only then taken out', () => {
  const gone = (state: Partial<Present>) => fleetCommands({ ...pool, present: [present('i-0a', state)], wanted: [] });
  expect(gone({ sessions: 3 })).toEqual(['set server pool.cpu/i-0a state drain']);
  expect(gone({ isDraining: true, sessions: 3 })).toEqual([]);
  expect(gone({ isDraining: true })).toEqual(['set server pool.cpu/i-0a state maint', 'del server pool.cpu/i-0a']);
  expect(gone({ isInMaintenance: true })).toEqual(['set server pool.cpu/i-0a state maint', 'del server pool.cpu/i-0a']);
});

test('who comes back while it drains is ready again', () => {
  const back = fleetCommands({
    ...pool,
    present: [present('i-0a', { isDraining: true, sessions: 1 })],
    wanted: [{ id: 'i-0a', address: null }],
  });
  expect(back).toContain('set server pool.cpu/i-0a state ready');
});

test('a server that is no instance is left alone', () => {
  expect(fleetCommands({ ...pool, present: [present('fixed-1'), present('function')], wanted: [] })).toEqual([]);
});

test('whatever the fleet was, in three steps its servers are the instances, and then nothing is left to say', () => {
  const id = fc.integer({ min: 1, max: 30 }).map((number) => `i-${number.toString(16)}`);
  const fleet = fc.uniqueArray(id, { maxLength: 10 });
  fc.assert(
    fc.property(fleet, fleet, (before, after) => {
      const servers = new Servers(['pool.cpu']);
      const bring = (ids: readonly string[]) => {
        const now = servers
          .of('pool.cpu')
          .map(({ name, state }) =>
            present(name, { isDraining: state === 'drain', isInMaintenance: state === 'maint' }),
          );
        const commands = fleetCommands({ ...pool, present: now, wanted: ids.map((one) => ({ id: one, address })) });
        for (const command of commands) run(servers, command);
        return commands;
      };
      bring(before);
      for (let step = 0; step < 3; step++) bring(after);
      expect(
        servers
          .of('pool.cpu')
          .map(({ name }) => name)
          .toSorted(),
      ).toEqual(after.toSorted());
      expect(servers.of('pool.cpu').every(({ state }) => state === 'ready')).toBe(true);
      expect(bring(after)).toEqual([]);
    }),
  );
});

function run(servers: Servers, command: string): void {
  const words = command.split(' ');
  if (words[0] === 'add') servers.add(words);
  else if (words[0] === 'del') servers.delete(words);
  else if (words[0] === 'set') servers.set(words);
}

test('an instance is found by its private resource name', async () => {
  expect(instanceName('i-0a', 'eu-west-1')).toBe('i-0a.eu-west-1.compute.internal');
  expect(instanceName('i-0a', 'us-east-1')).toBe('i-0a.ec2.internal');
  expect(await madeUpAddress(8080)('i-0123456789abcdef0')).toEqual({ host: '10.188.222.240', port: 8080 });
});

test('a name that cannot be found is nobody, and no error', async () => {
  const lookup = async () => {
    throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
  };
  expect(await addressByName('eu-west-1', 8080, lookup)('i-0a')).toBeNull();
  expect(await addressByName('eu-west-1', 8080, async () => ({ address: '10.1.2.3' }))('i-0a')).toEqual({
    host: '10.1.2.3',
    port: 8080,
  });
});
