/** What the vault holds for a spreadsheet: the key of a service account, and which spreadsheet. */
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
  spreadsheet: z
    .string()
    .max(500)
    .refine((text) => idIn(text) !== null, 'is not the address of a spreadsheet')
    .meta({
      title: 'Spreadsheet',
      help: 'Its address. Share it with the e-mail address of the service account, as an editor.',
    }),
});

export const SheetsSecret = z.object({ account: ServiceAccount, spreadsheetId: z.string().regex(ID) });
export type SheetsSecret = z.infer<typeof SheetsSecret>;

/** What is kept of a filled-in form. */
export function secretOf(input: unknown): SheetsSecret {
  const { key, spreadsheet } = SheetsForm.parse(input);
  return SheetsSecret.parse({ account: accountIn(key), spreadsheetId: idIn(spreadsheet) });
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
