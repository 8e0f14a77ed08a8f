import type { WizardStepView } from '#server/api/views.ts';
import { formatCount } from '../format/numbers.ts';
import { count } from './count.ts';

const products = (n: number): string => count(n, 'product', 'products');
const numbers = (n: number): string => count(n, 'number', 'numbers');

/** The sentences of the set-up. Loaded with it. */
export const wizard = {
  title: 'Set up',
  about:
    'Choose what SyncFlow shall do for you. Nothing runs, and nothing is written to a shop, before you switch it on.',
  alertsAlready: 'When a shop or a service does not answer, or a flow fails, you are warned in any case.',
  alertsHow: 'Choose how you hear of it',
  goOn: 'Go on where you left',
  goOnOne: (title: string) => `Go on: ${title}`,
  giveUp: (title: string) => `Give up: ${title}`,
  choose: (title: string) => `Set up: ${title}`,
  chooseShort: 'Set up',
  running: 'Runs already',
  seeFlow: 'See its flow',
  writes: 'Tells your shops what they show',
  reads: 'Writes nothing to your shops',
  stepsLabel: 'Steps',
  stepOf: (n: number, of: number) => `Step ${n} of ${of}`,
  steps: {
    choose: 'Choose',
    connect: 'Connect',
    match: 'Match products',
    rules: 'Rules',
    check: 'Check and switch on',
  } satisfies Record<WizardStepView | 'choose', string>,
  back: 'Back',
  next: 'Next',
  whatHappens: 'What happens in your shops',
  happens: {
    connect: 'Products and orders are read. Nothing is written.',
    match: 'Nothing. A product that is left out is never written to.',
    rules: 'Nothing yet. You can change the rules later.',
    check: 'Until you switch it on: nothing.',
    checkWrites: (n: number) =>
      n === 0
        ? 'When you switch it on: nothing changes at once.'
        : `When you switch it on: ${numbers(n)} change, and no others.`,
    checkReads: 'When you switch it on: nothing is written to them.',
  },
  connect: {
    need: (n: number) =>
      n <= 1 ? 'Connect the shop whose orders you want.' : `Connect at least ${formatCount(n)} shops.`,
    missing: (n: number) => `${count(n, 'shop is', 'shops are')} missing`,
    enough: 'That is enough. Connect another one, or go on.',
    connected: 'Connected shops',
    first: 'Connect your first shop',
    another: 'Connect another shop',
    counts: 'Its counts begin your stock',
  },
  match: {
    summary: (matched: number, of: number) => `${formatCount(matched)} of ${products(of)} matched`,
    by: (sku: number, barcode: number, hand: number) =>
      [
        ...(sku > 0 ? [`${formatCount(sku)} by SKU`] : []),
        ...(barcode > 0 ? [`${formatCount(barcode)} by barcode`] : []),
        ...(hand > 0 ? [`${formatCount(hand)} by hand`] : []),
      ].join(', '),
    decide: (n: number) => (n === 1 ? 'One is for you to decide' : `${formatCount(n)} are for you to decide`),
    later:
      'What you don’t decide now waits on the page “Products of the shops”; nothing is written to it until then.',
    all: 'Every product belongs to a SKU of your stock',
    allAbout: 'There is nothing to decide.',
    none: 'No products yet',
    noneAbout: 'The shops’ products are being read. This page goes on by itself.',
    nothingCounted: 'No shop begins your stock',
    nothingCountedAbout:
      'No product is in your stock yet. Take one in below, or connect the shop whose counts are right again with “Its counts are right”.',
  },
  rules: {
    settings: 'Settings',
    none: 'There is nothing to set.',
    does: 'What it will do',
    example: 'For example',
    wrong: 'Not right yet. Below each field stands why.',
    saving: 'Saving…',
    saved: 'Saved',
  },
  check: {
    looking: 'Looking at every product of your shops…',
    summary: (listings: number) => `${products(listings)} of your shops looked at`,
    same: 'show the right number already',
    raised: 'will show more',
    lowered: 'will show less',
    soldOut: (n: number) => `of which ${formatCount(n)} will show 0`,
    rows: 'What will change',
    product: 'Product',
    shop: 'Shop',
    shows: 'Shows',
    will: 'Will show',
    largest: (n: number) => `The ${formatCount(n)} largest changes.`,
    noChange: 'Every shop shows the right number already',
    noChangeAbout: 'Nothing changes at once when you switch it on.',
    unmatched: (n: number) => `${products(n)} without a match ${n === 1 ? 'is' : 'are'} left alone.`,
    switchOn: 'Switch on',
    switching: 'Switching on…',
    again: 'Look again',
    on: (title: string) => `“${title}” is on`,
    onWrites: 'Your shops are being told now. On the start page you see how far they are.',
    onReads: 'It works from the next order or change on.',
    toDashboard: 'To the start page',
    undo: 'Undo',
    undoing: 'Taking back…',
    undoAbout:
      'The flow is removed, and your shops show again what they showed before, but for products that were sold or counted meanwhile.',
    undone: (restored: number, kept: number) =>
      [
        'It is off.',
        ...(restored > 0
          ? [`${numbers(restored)} ${restored === 1 ? 'goes' : 'go'} back to what the shops showed.`]
          : []),
        ...(kept > 0
          ? [
              `${numbers(kept)} ${kept === 1 ? 'stays' : 'stay'}, since something was sold or counted meanwhile.`,
            ]
          : []),
      ].join(' '),
    undoneState: 'It was switched on, and taken back. You can switch it on again.',
  },
};
