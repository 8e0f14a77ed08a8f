import type { PrivacyRequestRow } from '#server/api/views.ts';
import { count } from './count.ts';

/** The sentences of the page of privacy requests. */
export const privacy = {
  title: 'Privacy requests',
  about: 'What your customers and shops ask under privacy laws, and what SyncFlow did about it.',
  none: 'Nobody has asked for anything',
  noneAbout:
    'When a customer asks a Shopify shop what is kept of them, or to be erased, it appears here with what was done.',
  kinds: {
    'data-request': 'A customer asks what is kept of them',
    redact: 'A customer was erased',
    'shop-redact': 'A shop was forgotten',
  } satisfies Record<PrivacyRequestRow['kind'], string>,
  done: {
    'data-request': ({ deliveries, orders }: PrivacyRequestRow) =>
      deliveries === 0
        ? 'SyncFlow keeps nothing of theirs. Tell them so.'
        : `${count(deliveries, 'delivery', 'deliveries')} of ${count(orders.length, 'order', 'orders')} hold their data. Hand it to them; nothing was erased.`,
    redact: ({ deliveries, orders }: PrivacyRequestRow) =>
      `Their data was taken out of ${count(deliveries, 'delivery', 'deliveries')} of ${count(orders.length, 'order', 'orders')}. The orders themselves, without it, stay in your books.`,
    'shop-redact': () =>
      'Its keys, listings and deliveries were erased. Orders and stock stay in your books.',
  } satisfies Record<PrivacyRequestRow['kind'], (request: PrivacyRequestRow) => string>,
  orders: (ids: readonly string[]) => `Orders ${ids.join(', ')}`,
  request: (number: string) => `Request ${number}`,
  due: 'To be answered',
  dueBy: (day: string) => `To be answered by ${day}.`,
  overdue: (day: string) => `It was to be answered by ${day}.`,
  answered: 'Answered',
  nothingToDo: 'Done when it came',
  export: 'Save their data',
  exportOf: (number: string | null) =>
    number === null ? 'Save their data' : `Save the data of request ${number}`,
  answer: 'I have answered',
  answerOf: (number: string | null) =>
    number === null ? 'I have answered' : `I have answered request ${number}`,
  answeredNow: 'Noted: the customer has their answer.',
  file: (number: string | null) => `privacy-request-${number ?? 'data'}.json`,
} as const;
