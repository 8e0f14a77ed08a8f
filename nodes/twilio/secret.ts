/** What the vault holds for an account at Twilio: what its form was filled in with. */
import { z } from 'zod';
import { PhoneNumber } from '#runtime/outbox/text-message.ts';

const token = z
  .string()
  .trim()
  .regex(/^[0-9a-fA-F]{32}$/, 'has 32 characters, 0 to 9 and a to f');

export const TwilioSecret = z.object({
  accountSid: z
    .string()
    .trim()
    .regex(/^AC[0-9a-fA-F]{32}$/, 'begins with AC and has 34 characters')
    .meta({ title: 'Account SID', help: 'On the start page of the Twilio console: begins with AC.' }),
  authToken: token.meta({
    title: 'Auth token',
    secret: true,
    help: 'Beside the account SID. Twilio signs with it what it tells us, so it is needed even with an API key.',
  }),
  from: z.union([PhoneNumber, z.string().regex(/^MG[0-9a-fA-F]{32}$/)]).meta({
    title: 'Send from',
    help: 'A number of your account like +447700900123, or the SID of a Messaging Service (begins with MG).',
  }),
  apiKey: z
    .string()
    .trim()
    .regex(/^SK[0-9a-fA-F]{32}$/, 'begins with SK and has 34 characters')
    .optional()
    .meta({ title: 'API key SID', help: 'To send with a key that you can revoke by itself.' }),
  apiKeySecret: z.string().trim().min(1).max(100).optional().meta({ title: 'API key secret', secret: true }),
  secondToken: token.optional().meta({
    title: 'Secondary auth token',
    secret: true,
    help: 'While you exchange the auth token: what is signed with either is believed.',
  }),
});
export type TwilioSecret = z.infer<typeof TwilioSecret>;
