import { describe, expect, test } from 'vitest';
import { loggedRequest } from '../../../env/workload/access-log.ts';

/** As the user guide of Application Load Balancers gives the fields; all values made up. */
const balancerLine =
  'https 2026-11-22T10:00:05.250000Z app/classifier/50dc6c495c0c9188 203.0.113.9:4711 10.0.0.1:8080 0.000 4.100 0.000 200 200 612 57 ' +
  '"POST https://classify.example:443/v1?a=\\x22b\\x22 HTTP/1.1" "curl/8.5 (a [b] c)" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 ' +
  'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/cpu/1111111111111111 "Root=1-58337281-1d84f3d73c47ec4e58577259" ' +
  '"classify.example" "-" 1 2026-11-22T10:00:01.150000Z "forward" "-" "-" "10.0.0.1:8080" "200" "-" "-" TID_1';

const requestTimeMs = (line: string) => loggedRequest(line)!.atMs;

describe('the time of a request', () => {
  test('in the log of a load balancer is when it came, not when its answer left', () => {
    expect(requestTimeMs(balancerLine)).toBe(Date.parse('2026-11-22T10:00:01.150Z'));
  });

  test('falls back to when the answer left where the line ends before', () => {
    const short = balancerLine.split(' ').slice(0, 12).join(' ');
    expect(requestTimeMs(short)).toBe(Date.parse('2026-11-22T10:00:05.250Z'));
  });

  test('in the common log format is that in brackets, with its zone', () => {
    const line = '203.0.113.9 - frank [22/Nov/2026:12:00:01 +0200] "GET / HTTP/1.0" 200 2326';
    expect(requestTimeMs(line)).toBe(Date.parse('2026-11-22T10:00:01Z'));
    expect(requestTimeMs(`${line} "-" "Mozilla/5.0"`)).toBe(Date.parse('2026-11-22T10:00:01Z'));
  });

  test.each([
    '',
    'time_s,requests',
    '203.0.113.9 - - [22/Now/2026:12:00:01 +0200] "GET /"',
    '203.0.113.9 - - [99/Nov/2026:12:00:01 +0200] "GET /"',
    'https yesterday app/x',
    '{"level":"info","duration":12}',
    '{"time":12}',
    '{"time":"2026-11-22T10:00:05Z"',
    '[2026-11-22T10:00:05Z] started',
  ])('is none in %j', (line) => {
    expect(loggedRequest(line)).toBeNull();
  });
});

test.each([
  '{"time":"2026-11-22T10:00:05Z","path":"/v1"}',
  '{"timestamp":1795341605,"status":200}',
  '{"ts":"2026-11-22T12:00:05+02:00"}',
  '{"at":"info","StartUTC":"2026-11-22T10:00:05.000Z"}',
  // The overflow router's own (docs/router.md): it writes when the answer has left.
  '{"at":"1795341605120","class":"strict","variant":"a","backEnd":"pool.cpu","server":"i-1","queueMs":0,"answerMs":118,"totalMs":120,"status":200,"ended":"----"}',
  '[2026-11-22T10:00:05.000Z] "POST /v1 HTTP/2" 200 - 154 0 226 100 "-" "curl" "r" "host" "tcp://10.0.2.1:80"',
  'Nov 22 10:00:05 localhost haproxy[14389]: 10.0.1.2:33317 [22/Nov/2026:10:00:05.000] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 "GET /index.html HTTP/1.1"',
])('the moment of a request is in %j', (line) => {
  expect(loggedRequest(line)).toMatchObject({ atMs: Date.parse('2026-11-22T10:00:05Z'), targetGroup: null });
});

describe('the target group of a request', () => {
  const arn = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/cpu/1111111111111111';

  test('is told by a load balancer, also where none was chosen', () => {
    expect(loggedRequest(balancerLine)!.targetGroup).toBe(arn);
    expect(loggedRequest(balancerLine.replace(arn, '-'))!.targetGroup).toBe('-');
  });

  test('is not told by the common log format, nor by a line that ends before', () => {
    expect(
      loggedRequest('203.0.113.9 - - [22/Nov/2026:12:00:01 +0200] "GET / HTTP/1.0" 200 2')!.targetGroup,
    ).toBeNull();
    expect(loggedRequest(balancerLine.split(' ').slice(0, 12).join(' '))!.targetGroup).toBeNull();
  });
});
