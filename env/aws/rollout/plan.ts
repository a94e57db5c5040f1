import { z } from 'zod';

/*
 * A rollout of a function's memory, as its journal holds it: what AWS does not tell after a restart. Everything else is read.
 * No settings of the function are in it: its environment may hold secrets.
 */

const end = z.object({
  as: z.enum(['committed', 'rolled-back', 'left']),
  atMs: z.number(),
  /** Until then no other rollout of the function begins. */
  pinnedUntilMs: z.number(),
});

export const planSchema = z.object({
  function: z.string(),
  alias: z.string(),
  startedAtMs: z.number(),
  from: z.object({
    version: z.string(),
    memoryMb: z.number(),
    /** Of $LATEST, which need not be what the alias serves. */
    latestMemoryMb: z.number(),
    environments: z.number(),
  }),
  to: z.object({ memoryMb: z.number(), environments: z.number() }),
  /** Null until it is published. */
  newVersion: z.string().nullable(),
  direction: z.enum(['forward', 'back']),
  /** Why it turned back or was left; null: it goes as planned. */
  because: z.string().nullable(),
  /** The write that is about to be sent, or of which nobody knows yet what came; null: none. */
  intent: z.string().nullable(),
  /** The write that was refused since something had changed; if it is due again after the next reading, it was not ours that changed it. */
  stale: z.string().nullable(),
  waiting: z.object({ for: z.string(), sinceMs: z.number() }).nullable(),
  canarySinceMs: z.number().nullable(),
  end: end.nullable(),
});

export type RolloutPlan = z.output<typeof planSchema>;
