/** How a mail server is reached, and as whom: what its connection keeps, and what a form asks for. */
import { z } from 'zod';
import { SENDER_FIELDS } from '../email/sender-fields.ts';

const SECURITY_WORDS = ['tls', 'starttls', 'none'] as const;

export const SmtpSecret = z.object({
  host: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9.:-]{1,253}$/, 'is a name like smtp.example.com')
    .meta({ title: 'Server', help: 'Like smtp.example.com.' }),
  port: z.coerce.number().int().min(1).max(65_535).default(587).meta({
    title: 'Port',
    help: '587 as a rule, 465 at some.',
  }),
  security: z.enum(SECURITY_WORDS, 'is one of tls, starttls, none').default('starttls').meta({
    title: 'Security',
    help: 'tls: from the start (port 465). starttls: before anything is said (port 587). none: on this machine or in your own network only.',
  }),
  user: z.string().max(200).optional().meta({ title: 'User name', help: 'Often the whole address.' }),
  password: z.string().max(500).optional().meta({ title: 'Password', secret: true }),
  ...SENDER_FIELDS,
});
export type SmtpSecret = z.infer<typeof SmtpSecret>;
