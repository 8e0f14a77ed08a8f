/** Every setting, read from the environment once and checked. Each has a default that works. */
import { z } from 'zod';
import { AddressRules } from '#runtime/outgoing/address-rules.ts';
import { mailServerOf, senderOf } from './mail/mail-server.ts';

export const Settings = z
  .object({
    PORT: z.coerce
      .number<string>()
      .int()
      .min(0)
      .max(65_535)
      .optional()
      .describe('Port of the page, the API and the webhooks. Without it: 4747, or the next free one.'),
    HOST: z.string().default('127.0.0.1').describe('Address to listen on. 0.0.0.0 lets other machines in.'),
    PUBLIC_URL: z
      .url({ protocol: /^https?$/ })
      .transform((url) => url.replace(/\/+$/, ''))
      .optional()
      .describe(
        'The address under which channels reach this machine. Without it: the address it listens on.',
      ),
    DATA_DIR: z
      .string()
      .min(1)
      .default('data')
      .describe('Folder for the embedded database and the master key.'),
    MONGODB_URI: z
      .string()
      .regex(/^mongodb(\+srv)?:\/\//, 'must begin with mongodb:// or mongodb+srv://')
      .optional()
      .describe('A MongoDB (7 or newer) to use instead of the embedded database.'),
    DATABASE: z
      .enum(['thread', 'process'])
      .default('thread')
      .describe(
        'Where the embedded database runs: in a thread of the web process, or in a process of its own, which is started again when it dies.',
      ),
    MASTER_KEY: z
      .string()
      .optional()
      .describe(
        'Where the key comes from under which secrets are sealed: 32 bytes in base64, `aws-secret:` and the name of a secret, or `aws-kms:` and what KMS sealed. Without it: a file in the data folder.',
      ),
    MASTER_KEYS_KNOWN: z
      .string()
      .optional()
      .describe(
        'Other master keys, in base64 with commas between: they open secrets, and seal none. For an exchange of keys.',
      ),
    DEMO: z
      .enum(['auto', 'on', 'off'])
      .default('auto')
      .describe('Two sandbox shops and a stream of orders. auto: on while no client of your own exists.'),
    OUTGOING_ALLOW: z
      .string()
      .transform((text) =>
        text
          .split(',')
          .map((word) => word.trim())
          .filter((word) => word !== ''),
      )
      .refine(
        (words) => isRight(() => new AddressRules(words)),
        'must be addresses, ranges, loopback or private, with commas between',
      )
      .optional()
      .describe(
        'Addresses besides public ones that connections may lead to: `loopback`, `private`, addresses, ranges. Without it: this machine, as long as PUBLIC_URL names no other.',
      ),
    SETTLE_SECONDS: z.coerce
      .number<string>()
      .min(0.1)
      .max(3_600)
      .default(60)
      .describe(
        'How long a difference on a channel may be explained by orders on their way, before it is overwritten.',
      ),
    POLL_SECONDS: z.coerce
      .number<string>()
      .min(0.1)
      .max(3_600)
      .default(60)
      .describe('How often each shop is asked what changed, in case a webhook was lost or came late.'),
    TRACE_MEGABYTES: z.coerce
      .number<string>()
      .int()
      .min(1)
      .max(100_000)
      .default(50)
      .describe('How much is kept for each client of what went in and out of the nodes of its flows.'),
    INBOX_EVENTS_MAX: z.coerce
      .number<string>()
      .int()
      .min(1_000)
      .default(500_000)
      .describe(
        'Events of one client that may wait to be worked off. Beyond it webhooks are answered with 503, and their senders send them again later.',
      ),
    MAIL_URL: z
      .string()
      .superRefine(saying(mailServerOf))
      .optional()
      .describe(
        'The mail server that sends invitations and links for a new password: `smtps://user:password@smtp.example.com` (TLS from the start) or `smtp://…` (STARTTLS); `?security=none` behind it for one in your own network. Needs MAIL_FROM and PUBLIC_URL. Without it: links are shown, and people send them on.',
      ),
    MAIL_FROM: z
      .string()
      .superRefine(saying(senderOf))
      .optional()
      .describe('The sender of these emails: `Harbour Agency <hello@example.com>`, or an address alone.'),
    LOG_LEVEL: z
      .enum(['debug', 'info', 'warn', 'error', 'silent'])
      .default('info')
      .describe('How much the log says.'),
  })
  .superRefine(({ MAIL_URL, MAIL_FROM, PUBLIC_URL }, context) => {
    if ((MAIL_URL === undefined) !== (MAIL_FROM === undefined)) {
      const missing = MAIL_URL === undefined ? 'MAIL_URL' : 'MAIL_FROM';
      context.addIssue({
        code: 'custom',
        path: [missing],
        message: 'is missing: MAIL_URL and MAIL_FROM belong together',
      });
    }
    // Never taken from a request: whoever asks for a link could then name the place that it leads to.
    if (MAIL_URL !== undefined && PUBLIC_URL === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['PUBLIC_URL'],
        message: 'is missing: the links in emails begin with it',
      });
    }
  });
export type Settings = z.infer<typeof Settings>;

/** Where connections may lead besides public addresses, as `AddressRules` takes it. */
export function outgoingAllowed({ OUTGOING_ALLOW, PUBLIC_URL, DEMO }: Settings): readonly string[] {
  if (OUTGOING_ALLOW) return OUTGOING_ALLOW;
  // To try it out: nobody else can reach it, and the sandbox shops are on this machine.
  return PUBLIC_URL === undefined || DEMO === 'on' || isLoopback(new URL(PUBLIC_URL).hostname)
    ? ['loopback']
    : [];
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || /^127\./.test(host) || host === '[::1]';
}

/** What `read` throws becomes the setting's trouble. */
function saying(read: (text: string) => unknown) {
  return (text: string, context: z.RefinementCtx): void => {
    try {
      read(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
    }
  };
}

function isRight(make: () => unknown): boolean {
  try {
    make();
    return true;
  } catch {
    return false;
  }
}

/** Settings whose values are never shown. */
const SECRETS: ReadonlySet<string> = new Set(['MASTER_KEY', 'MASTER_KEYS_KNOWN', 'MAIL_URL']);

/**
 * Reads the settings.
 * @throws {Error} with one line for each setting that is not right.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const given = Object.fromEntries(
    Object.keys(Settings.shape).flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])),
  );
  const parsed = Settings.safeParse(given);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
  throw new Error(`these settings are not right:\n${lines.join('\n')}`);
}

/** The settings as they may be printed: secrets are hidden, and so is the password in a database address. */
export function printable(settings: Settings): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => {
      if (SECRETS.has(name)) return [name, '(hidden)'];
      return [name, typeof value === 'string' ? value.replace(/\/\/[^@/]*@/, '//(hidden)@') : value];
    }),
  );
}
