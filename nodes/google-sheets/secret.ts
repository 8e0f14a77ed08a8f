/** What the vault holds for a spreadsheet: the key of a service account or what a person agreed to, and which spreadsheet. */
import { z } from 'zod';

/** The parts of Google's key file that are used. */
export const ServiceAccount = z.object({
  client_email: z.email(),
  private_key: z.string().regex(/^-----BEGIN PRIVATE KEY-----/),
  private_key_id: z.string().max(200),
});
export type ServiceAccount = z.infer<typeof ServiceAccount>;

const ID = /^[A-Za-z0-9_-]{20,100}$/;
const OF_LINK = /\/spreadsheets\/d\/([A-Za-z0-9_-]{20,100})/;

const Address = z
  .string()
  .max(500)
  .refine((text) => idIn(text) !== null, 'is not the address of a spreadsheet');

export const SheetsForm = z.object({
  key: z
    .string()
    .max(8_000)
    .refine((text) => accountIn(text) !== null, 'is not the JSON file of a service account')
    .meta({
      title: 'Key of the service account',
      secret: true,
      help: 'The whole content of the JSON file that Google Cloud gives you under IAM, Service accounts, Keys.',
    }),
  spreadsheet: Address.meta({
    title: 'Spreadsheet',
    help: 'Its address. Share it with the e-mail address of the service account, as an editor.',
  }),
});

/** An OAuth client of one's own Google Cloud project, and the spreadsheet that the person who agrees may edit. */
export const ConsentForm = z.object({
  clientId: z
    .string()
    .trim()
    .regex(/^[\w.-]{1,200}\.apps\.googleusercontent\.com$/, 'ends in .apps.googleusercontent.com')
    .meta({
      title: 'Client ID',
      help: 'Of an OAuth client of the type "Web application", in Google Cloud under APIs and services, Credentials.',
    }),
  clientSecret: z
    .string()
    .trim()
    .min(8)
    .max(200)
    .meta({ title: 'Client secret', secret: true, help: 'Beside the client ID.' }),
  spreadsheet: Address.meta({
    title: 'Spreadsheet',
    help: 'Its address. You, who agree at Google, must be allowed to edit it.',
  }),
});

/** What a person's consent came to. It lasts until it is taken back. */
export const Consent = ConsentForm.pick({ clientId: true, clientSecret: true }).extend({
  refreshToken: z.string().min(1).max(2_000),
});

const SpreadsheetId = z.string().regex(ID);
const AccountSecret = z.object({ account: ServiceAccount, spreadsheetId: SpreadsheetId });
const ConsentSecret = z.object({ consent: Consent, spreadsheetId: SpreadsheetId });
export const SheetsSecret = z.union([AccountSecret, ConsentSecret]);
export type SheetsSecret = z.infer<typeof SheetsSecret>;

/** What is kept of a filled-in form. */
export function secretOf(input: unknown): z.infer<typeof AccountSecret> {
  const { key, spreadsheet } = SheetsForm.parse(input);
  return AccountSecret.parse({ account: accountIn(key), spreadsheetId: idIn(spreadsheet) });
}

/** What is kept of a consent. @param refreshToken as Google gave it. */
export function consentSecretOf(input: unknown, refreshToken: string): z.infer<typeof ConsentSecret> {
  const { spreadsheet, ...client } = ConsentForm.parse(input);
  return ConsentSecret.parse({ consent: { ...client, refreshToken }, spreadsheetId: idIn(spreadsheet) });
}

function accountIn(text: string): ServiceAccount | null {
  try {
    return ServiceAccount.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function idIn(text: string): string | null {
  const trimmed = text.trim();
  return OF_LINK.exec(trimmed)?.[1] ?? (ID.test(trimmed) ? trimmed : null);
}
