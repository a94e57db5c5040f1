import { expect, test, vi } from 'vitest';
import { AccessTogether } from '../../cli/live/access-together.ts';

const options = {
  region: 'eu-west-1',
  endpoint: 'http://127.0.0.1:9',
  credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
};
const now = () => new Date(0);

test('services that reach AWS the same way share clients, which the last of them closes', () => {
  const together = new AccessTogether();
  const [one, other] = [together.of(options, 1000, now), together.of(options, 1000, now)];
  const elsewhere = together.of({ ...options, region: 'us-east-1' }, 1000, now);
  expect(other.clients.cloudWatch).toBe(one.clients.cloudWatch);
  expect(other.sharedReads).toBe(one.sharedReads);
  expect(elsewhere.clients.cloudWatch).not.toBe(one.clients.cloudWatch);
  const destroyed = vi.spyOn(one.clients.cloudWatch, 'destroy');
  one.clients.close();
  expect(destroyed).not.toHaveBeenCalled();
  other.clients.close();
  expect(destroyed).toHaveBeenCalledOnce();
  expect(together.of(options, 1000, now).clients.cloudWatch).not.toBe(one.clients.cloudWatch);
  elsewhere.clients.close();
});
