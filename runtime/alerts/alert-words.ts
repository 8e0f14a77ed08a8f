/** What alerts say in an email and in a text message. */
import type { MailContent } from '../outbox/mail.ts';
import type { AlertDocument, AlertTopic } from './alert-document.ts';

/** An alert, or its end, as it is told. */
export interface Telling {
  readonly alertId: string;
  readonly what: 'raised' | 'healed';
  readonly topic: AlertTopic;
  readonly level: AlertDocument['level'];
  readonly title: string;
  readonly text: string;
  readonly at: Date;
}

export interface Words {
  readonly subject: string;
  readonly content: MailContent;
  /** For a text message. */
  readonly short: string;
}

/** Two segments of plain characters, less what a client's name takes. */
const SHORT_CHARACTERS_MAX = 290;
const SHOWN_MAX = 100;
const WELL = 'What waited is being sent.';
const PAGES: Readonly<Record<AlertTopic, { readonly path: string; readonly text: string }>> = {
  'low-stock': { path: '/stock', text: 'See the stock' },
  'new-order': { path: '/orders', text: 'See the orders' },
  payment: { path: '/orders', text: 'See the orders' },
  'sync-failure': { path: '/connections', text: 'See the connections' },
  other: { path: '/alerts', text: 'See the alerts' },
};
const LINES: Readonly<Record<AlertTopic, string>> = {
  'low-stock': 'Low stock',
  'new-order': 'New order',
  payment: 'Payment received',
  'sync-failure': 'Sync failure',
  other: 'Alert',
};

export interface WordsFor {
  readonly clientName: string;
  /** Where the client's pages are, without a slash at the end. */
  readonly pageUrl: string;
}

/** One alert. */
export function wordsOf(telling: Telling, { clientName, pageUrl }: WordsFor): Words {
  const { what, topic, level, title, text } = telling;
  const { path, text: goText } = PAGES[topic];
  const heading = what === 'healed' ? 'All clear: it is well again' : title;
  const subject = oneLine(what === 'healed' ? `All clear: ${title}` : title);
  return {
    subject: `${subject} · ${clientName}`.slice(0, 200),
    content: {
      tone: what === 'healed' ? 'good' : level,
      heading: heading.slice(0, 300),
      paragraphs: what === 'healed' ? [`This is over: ${title}. ${WELL}`] : [text],
      facts: [
        { label: 'About', value: LINES[topic] },
        { label: 'Client', value: clientName },
        { label: 'When', value: whenOf(telling.at) },
      ],
      action: { text: goText, url: `${pageUrl}${path}` },
      footer: footerOf(clientName, pageUrl),
    },
    short: cut(`${clientName}: ${subject}. ${what === 'healed' ? '' : oneLine(text)}`.trim()),
  };
}

/** Several that were gathered, in one. */
export function digestWords(
  tellings: readonly Telling[],
  more: number,
  { clientName, pageUrl }: WordsFor,
): Words {
  const count = tellings.length + more;
  const subject = `${count} ${count === 1 ? 'alert' : 'alerts'} · ${clientName}`;
  const urgent = tellings.some(({ level, what }) => level === 'urgent' && what === 'raised');
  const titles = tellings.map(({ what, title }) => (what === 'healed' ? `All clear: ${title}` : title));
  return {
    subject: subject.slice(0, 200),
    content: {
      tone: urgent ? 'urgent' : 'info',
      heading: `${count} ${count === 1 ? 'alert was' : 'alerts were'} kept for you`,
      paragraphs: more > 0 ? [`These are the newest ${tellings.length}; the page shows all of them.`] : [],
      facts: tellings.slice(-SHOWN_MAX).map(({ at, text, what }, index) => ({
        label: whenOf(at),
        value: oneLine(`${titles[index]}. ${what === 'healed' ? WELL : text}`).slice(0, 500),
      })),
      action: { text: 'See the alerts', url: `${pageUrl}/alerts` },
      footer: footerOf(clientName, pageUrl),
    },
    short: cut(
      `${clientName}: ${count} ${count === 1 ? 'alert' : 'alerts'}. ${titles.map(oneLine).join('; ')}`,
    ),
  };
}

const footerOf = (clientName: string, pageUrl: string): string =>
  `You asked to be told of alerts of ${clientName}. Choose which ones, and how, at ${pageUrl}/settings/alerts.`;

const whenOf = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
const cut = (text: string): string =>
  text.length > SHORT_CHARACTERS_MAX ? `${text.slice(0, SHORT_CHARACTERS_MAX - 3)}...` : text;
