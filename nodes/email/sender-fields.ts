/** The fields of every mail service's form. */
import { z } from 'zod';
import { MailAddress } from '#runtime/outbox/mail.ts';

export const SENDER_FIELDS = {
  from: MailAddress.meta({
    title: 'Send from',
    help: 'An address that the service lets you send from, like shop@example.com.',
  }),
  fromName: z
    .string()
    .trim()
    .min(1)
    .max(80)
    .regex(/^[^\r\n<>"]*$/, 'has no quotes or angle brackets')
    .default('SyncFlow')
    .meta({ title: 'Name of the sender' }),
};
