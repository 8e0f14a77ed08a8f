/** The sentences about alerts: their list, and how one wants to hear of them. */
import type { AlertPreferencesView, AlertRow } from '#server/api/views.ts';
import { count } from './count.ts';

type Topic = AlertRow['topic'];
type Way = keyof AlertPreferencesView['senders'];

export const alerts = {
  title: 'Alerts',
  about: 'What your flows and SyncFlow itself want you to know.',
  preferencesLink: 'Choose how you hear of them',
  levels: { info: 'Note', warning: 'Warning', urgent: 'Urgent' } satisfies Record<AlertRow['level'], string>,
  flow: 'Open the flow',
  none: 'No alerts so far',
  noneAbout:
    'Alerts come from flows such as “Low-stock alert”, and when a shop or a service does not answer. As soon as there is something to say, it stands here.',
  seeFlows: 'See the flows',
  ongoing: 'Goes on',
  over: 'All clear',
  removed: 'Over: the connection was removed',
  times: (n: number, last: string) => `raised ${count(n, 'time', 'times')}, last ${last}`,
  acknowledge: 'I look after it',
  acknowledgeOne: (title: string) => `I look after it: ${title}`,
  acknowledged: 'Noted: you look after it.',
  by: (name: string) => `${name} looks after it`,
  mute: 'Mute for a day',
  muteOne: (title: string) => `Mute for a day: ${title}`,
  muted: 'Muted: nobody is told of it for a day. It stands here all the same.',
  unmute: 'Tell again',
  unmuteOne: (title: string) => `Tell again: ${title}`,
  unmuted: 'It is told again.',
  isMuted: 'Muted until',

  preferences: {
    title: 'Alerts',
    about: 'How you hear of the alerts of this client. The page shows all of them in any case.',
    which: 'Which alerts, and how',
    topics: {
      'low-stock': 'Low stock',
      'new-order': 'New orders',
      payment: 'Payments received',
      'sync-failure': 'A shop or service does not answer',
      other: 'Everything else',
    } satisfies Record<Topic, string>,
    ways: { email: 'Email', sms: 'SMS' } satisfies Record<Way, string>,
    way: (topic: string, way: string) => `${topic}: ${way}`,
    emailTo: (address: string) => `Emails go to ${address}.`,
    phone: 'Number for text messages',
    phoneAbout: 'With its country, like +447700900123.',
    when: 'When',
    quiet: 'Quiet hours',
    quietAbout: 'What comes in between is kept and comes afterwards, in one message.',
    from: 'From',
    to: 'To',
    urgent: 'Urgent alerts come at once all the same',
    digest: 'Emails once a day, in one',
    digestAt: 'At',
    zone: 'Your time zone',
    zoneAbout: 'An IANA name, like Europe/London.',
    saved: 'Saved. Alerts come to you like this from now on.',
    nobody: 'You came by the link from the terminal, which is no person. Sign in with an account to choose.',
    senders: 'Sent by',
    sendersAbout: 'The connections by which alerts of this client go out, for everybody.',
    noSender: {
      email: 'No mail service is connected: emails are not sent.',
      sms: 'Twilio is not connected: text messages are not sent.',
    } satisfies Record<Way, string>,
    connect: 'Connect a service',
    sendersSaved: 'Saved.',
  },
} as const;
