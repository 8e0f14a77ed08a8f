/** The settings that every trigger has: how often, and how soon, a failed run of its flow is tried again. */
import { z } from 'zod';
import { DEFAULT_RETRY, type RetryPolicy } from '#runtime/events/retry-policy.ts';

const SECOND_MS = 1_000;

export const RETRY_SETTINGS = z.object({
  tries: z.int().min(1).max(20).default(DEFAULT_RETRY.triesMax).meta({
    title: 'Tries',
    help: 'How often a run that fails is tried in all, before it becomes a dead letter. What only a person can mend becomes one at once.',
  }),
  firstWait: z
    .int()
    .min(1)
    .max(3_600)
    .default(DEFAULT_RETRY.firstDelayMs / SECOND_MS)
    .meta({
      title: 'Wait before the second try',
      unit: 's',
      help: 'Each further wait is five times as long, up to 12 hours. When the other side asks for more time, it gets it.',
    }),
});

export function retryPolicyOf({ tries, firstWait }: z.infer<typeof RETRY_SETTINGS>): RetryPolicy {
  return { ...DEFAULT_RETRY, triesMax: tries, firstDelayMs: firstWait * SECOND_MS };
}
