/** A text message in the outbox. */
import { z } from 'zod';

/** The outside effect that sends text messages. */
export const TEXT_EFFECT = 'sms';

/** E.164: a plus, the country's code and the number, without blanks. */
export const PhoneNumber = z
  .string()
  .regex(/^\+[1-9]\d{6,14}$/, 'must be a number with its country, like +447700900123');

export const TextMessage = z.strictObject({
  to: PhoneNumber,
  text: z.string().min(1).max(1_600),
  /** Seconds after which it is worth nothing any more: it is not sent then. */
  validSeconds: z.int().min(60).max(36_000).default(3_600),
});
export type TextMessage = z.infer<typeof TextMessage>;
