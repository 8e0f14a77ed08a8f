/** The shapes of what the API says of alerts; part of views.ts. */
import { z } from 'zod';
import { AlertTopic } from '#runtime/alerts/alert-document.ts';
import { AlertPreferences } from '#runtime/alerts/alert-preferences.ts';
import { list, moment, part, view } from '../view.ts';

export const AlertRow = view('Alert', {
  id: z.string(),
  at: moment,
  level: z.enum(['info', 'warning', 'urgent']),
  title: z.string(),
  text: z.string(),
  pipelineId: z.string().nullable(),
  topic: AlertTopic,
  count: z.int().describe('How often it was raised'),
  lastAt: moment.describe('When it was raised last'),
  ongoing: z.boolean().describe('Trouble of a connection that goes on'),
  healedAt: moment.nullable().describe('When the trouble was over'),
  removed: z.boolean().describe('It was over since the connection was removed'),
  acknowledged: part({ by: z.string(), at: moment }).nullable(),
  mutedUntil: moment.nullable().describe('Nobody is told of alerts of its kind until then'),
});
export type AlertRow = z.infer<typeof AlertRow>;

const SenderView = part({
  by: z.string().nullable().describe('The connection by which it is sent; null: none is connected'),
  able: list(part({ id: z.string(), name: z.string() })),
});

export const AlertPreferencesView = view('AlertPreferences', {
  email: z.string().nullable().describe("The person's own address; null: whoever asks is no person"),
  preferences: AlertPreferences.nullable().describe('null: nothing was chosen yet; the page alone tells'),
  senders: part({ email: SenderView, sms: SenderView }),
});
export type AlertPreferencesView = z.infer<typeof AlertPreferencesView>;
