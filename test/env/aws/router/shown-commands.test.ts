import { expect, test } from 'vitest';
import { shownCommands } from '../../../../env/aws/router/shown-commands.ts';

test('commands to the router are told as what they change, each once and not without end', () => {
  const map = 'set map /etc/haproxy/spillway/image-classifier.settings.map';
  const told = shownCommands([
    `${map} wait/strict 166`,
    `${map} variant inception-v3`,
    'add server pool.cpu/i-1 10.0.0.1:8080 check inter 2s maxconn 1',
    'enable health pool.cpu/i-1',
    'set server pool.cpu/i-1 state ready',
    'set server pool.cpu/i-2 state drain',
    'del server pool.cpu/i-3',
  ]);
  expect(told).toBe('wait/strict 166, variant inception-v3, i-1 comes, i-2 drains, i-3 is taken out');
  const many = Array.from({ length: 20 }, (_, server) => `del server pool.cpu/i-${server}`);
  expect(shownCommands(many)).toMatch(/^i-0 is taken out, .*, and 14 more$/);
});
