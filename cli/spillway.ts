#!/usr/bin/env node
import { randomBytes } from 'node:crypto';
import { systemClock } from '../controller/clock.ts';
import { secondScheduler, unpacedScheduler } from '../controller/scheduler.ts';
import { registerDemo } from './demo.ts';
import { registerDoctor } from './doctor.ts';
import { endUnread } from './end-unread.ts';
import { registerEvaluate } from './evaluate.ts';
import { exitCodeOf } from './exit.ts';
import { createProgram } from './program.ts';
import { registerReproduce } from './reproduce.ts';
import { stopSignals } from './stop-signals.ts';
import { registerTrain } from './train.ts';
import { registerTune } from './tune.ts';
import { registerTwin } from './twin.ts';

const tell = (text: string) => void process.stderr.write(text);
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => endUnread(error, tell));
}

// An endpoint in the SDK's configuration file would pass for AWS; a rehearsal names its own.
process.env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS = 'true';
// Nine lines at each start of what concerns later versions of the SDK: those that are pinned run on Node 20 (docs/aws.md).
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const write = (text: string) => void process.stdout.write(text);

const program = createProgram({
  write,
  commands: [
    registerTrain,
    registerEvaluate,
    registerTune,
    registerReproduce,
    registerDemo,
    registerDoctor,
    registerTwin,
  ],
  run: {
    parts: async () => (await import('./simulated-parts.ts')).simulatedParts(),
    live: async () => (await import('./live/aws-parts.ts')).awsParts(process.env),
    clock: systemClock,
    scheduler: (speed) => (speed === Infinity ? unpacedScheduler : secondScheduler(systemClock)),
    output: { write },
    stop: stopSignals,
    runId: () => `${systemClock.now().toISOString().replace(/\D/g, '')}-${randomBytes(2).toString('hex')}`,
    leave: () => process.exit(0),
  },
});

const code = await exitCodeOf(program, process.argv.slice(2), tell);
process.exitCode = code === 0 ? (process.exitCode ?? 0) : code;
