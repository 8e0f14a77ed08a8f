/** An email in the outbox: what it says, not how it looks. Who sends it and from which address is the connection's matter. */
import { z } from 'zod';

/** The outside effect that sends emails, at every connection to a mail service. */
export const MAIL_EFFECT = 'email';

const RECIPIENTS_MAX = 20;
const TEXT_CHARACTERS_MAX = 5_000;

/** An address that mail can be sent to. */
export const MailAddress = z.email().max(254);

export const MailContent = z.strictObject({
  /** Colours the mail, and says in a word how urgent it is. */
  tone: z.enum(['info', 'good', 'warning', 'urgent']),
  heading: z.string().min(1).max(300),
  paragraphs: z.array(z.string().max(TEXT_CHARACTERS_MAX)).max(50),
  /** Label and value, one under another. */
  facts: z.array(z.strictObject({ label: z.string().max(80), value: z.string().max(500) })).max(200),
  /** The one thing to do next; null: nothing. */
  action: z
    .strictObject({ text: z.string().min(1).max(80), url: z.url({ protocol: /^https?$/ }) })
    .nullable(),
  /** Why somebody gets this mail, and how they stop it. */
  footer: z.string().max(500),
});
export type MailContent = z.infer<typeof MailContent>;

export const Mail = z.strictObject({
  to: z.array(MailAddress).min(1).max(RECIPIENTS_MAX),
  /** One line. */
  subject: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[^\r\n]*$/),
  content: MailContent,
});
export type Mail = z.infer<typeof Mail>;
