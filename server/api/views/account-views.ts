/** The shapes of what the API says of people, clients and keys; part of views.ts. */
import { z } from 'zod';
import { Role } from '#runtime/accounts/person-model.ts';
import { PERMISSIONS } from '../../auth/permissions.ts';
import { list, moment, part, view } from '../view.ts';

const NamedClient = part({ id: z.string(), name: z.string() });

export const SessionView = view('Session', {
  person: part({ id: z.string(), name: z.string(), email: z.string(), role: Role, totp: z.boolean() })
    .nullable()
    .describe('null: by the link from the terminal'),
  agency: part({ id: z.string(), name: z.string() }),
  permissions: list(z.enum(PERMISSIONS)),
  client: NamedClient.nullable().describe('The client that was asked for, or the only one; null: choose one'),
  clients: list(NamedClient).describe('The first 200 that may be seen'),
  unclaimed: z.boolean().describe('Nobody has an account yet: whoever has the terminal makes the first one'),
  version: z.string(),
});
export type SessionView = z.infer<typeof SessionView>;

export const SignInView = view('SignIn', {
  next: z.enum(['in', 'code']).describe('code: the password is right, send it again with a code'),
});
export type SignInView = z.infer<typeof SignInView>;

export const InvitedView = view('Invited', {
  email: z.string(),
  agency: z.string(),
  role: Role,
  clients: list(z.string()).nullable().describe('Names; null: all'),
});
export type InvitedView = z.infer<typeof InvitedView>;

export const DeviceRow = view('Device', {
  id: z.string(),
  device: z.string().describe('"Firefox on Windows"'),
  address: z.string(),
  since: moment,
  lastSeenAt: moment,
  current: z.boolean(),
});
export type DeviceRow = z.infer<typeof DeviceRow>;

export const EndedView = view('Ended', { ended: z.int() });

export const NewTotpView = view('NewTotp', {
  secret: z.string().describe('Base32, for the authenticator app'),
  svg: z.string().describe('A picture for the app to read'),
});
export type NewTotpView = z.infer<typeof NewTotpView>;

export const RecoveryCodesView = view('RecoveryCodes', {
  codes: list(z.string()).describe('Each works once. They are shown this once.'),
});
export type RecoveryCodesView = z.infer<typeof RecoveryCodesView>;

export const ClientRow = view('Client', {
  id: z.string(),
  name: z.string(),
  demo: z.boolean(),
  runner: z
    .enum(['shared', 'own'])
    .describe('Where its flows run; only in one of its own they may hold code'),
  createdAt: moment,
});
export type ClientRow = z.infer<typeof ClientRow>;

export const MemberRow = view('Member', {
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: Role,
  clients: list(NamedClient).nullable().describe('null: all'),
  totp: z.boolean(),
  since: moment,
  you: z.boolean(),
});
export type MemberRow = z.infer<typeof MemberRow>;

export const InvitationRow = view('Invitation', {
  id: z.string(),
  email: z.string(),
  role: Role,
  clients: list(NamedClient).nullable(),
  expiresAt: moment,
});
export type InvitationRow = z.infer<typeof InvitationRow>;

export const LinkView = view('Link', {
  path: z.string().describe('To be opened by the person whom it is for. It is shown this once.'),
  expiresAt: moment,
  mail: part({
    to: z.string(),
    trouble: z.string().nullable().describe('Why it was not sent, and what to do; null: it was'),
  })
    .nullable()
    .describe('The email with the link; null: no mail server is set up'),
});
export type LinkView = z.infer<typeof LinkView>;

export const ApiKeyRow = view('ApiKey', {
  id: z.string(),
  name: z.string(),
  permissions: list(z.enum(PERMISSIONS)),
  clients: list(NamedClient).nullable().describe('null: all'),
  createdAt: moment,
  expiresAt: moment.nullable(),
  lastUsedAt: moment.nullable(),
  lastUsedFrom: z.string().nullable(),
});
export type ApiKeyRow = z.infer<typeof ApiKeyRow>;

export const NewApiKeyView = view('NewApiKey', {
  id: z.string(),
  key: z.string().describe('To be sent as `Authorization: Bearer …`. It is shown this once.'),
});
export type NewApiKeyView = z.infer<typeof NewApiKeyView>;
