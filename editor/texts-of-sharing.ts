import { formatCount } from './format/numbers.ts';

/** The sentences of "Why is this 7?"; part of texts.ts. */
export const why = {
  title: 'Why this number?',
  is: (shows: number) => `Why is this ${formatCount(shows)}?`,
  was: (shows: number) => `Why was this ${formatCount(shows)}?`,
  unknown: 'What was shown is not known',
  about: (title: string, channel: string) => `${title} · ${channel}`,
  moment: 'At',
  now: 'Now',
  steps: 'From the shelf to the channel',
  notes: 'On the way',
  movements: 'What moved the stock, newest first',
  noMovements: 'Nothing has moved yet.',
  left: (units: number) => `${formatCount(units)} available after it`,
  run: (flow: string) => `Booked by “${flow}”`,
  runTook: (ms: number) => `in ${formatCount(Math.round(ms))} ms`,
  runFailed: 'in a run that failed later',
} as const;

/** The sentences of the sharing rules; part of texts.ts. */
export const sharing = {
  title: 'Sharing rules',
  about: 'What each channel may show of your stock.',
  usual: 'For all products',
  mode: 'How channels share the stock',
  modes: { shared: 'Shared', quota: 'A part for each channel' },
  modeAbout: {
    shared:
      'Every channel shows all that is available. With 12 left, three channels show 12 each. Simple; the same last unit can be sold twice while the news is on its way.',
    quota:
      'Each channel gets units of its own. With 12 left, three channels show 4 each, and a part that runs out is filled from the others. The same unit is never offered twice. Best for scarce and launch items.',
  },
  buffer: 'Keep back',
  bufferKinds: { units: 'A number of units', percent: 'A share', computed: 'What is needed, measured' },
  bufferUnits: 'Units to keep back',
  bufferPercent: 'Percent to keep back',
  certainty: 'How certain',
  certain: (share: number) => `${formatCount(share * 100)} % certain`,
  bufferAbout: {
    units: 'Units that no channel may sell. With 12 left and 2 kept back, channels show 10.',
    percent: 'Rounded up. With 12 left and 10 % kept back, channels show 10.',
    computed:
      'SyncFlow measures how fast your other channels sell a product and how long news takes, and keeps back what they sell in that time. A product that hardly sells keeps back nothing.',
  },
  hideBelow: 'Show none below',
  hideAbout: (below: number) =>
    below === 0
      ? 'Channels show the last unit, too. With 3 here and 2 left, channels show 0.'
      : `With ${formatCount(Math.max(0, below - 1))} left, channels show 0; with ${formatCount(below)}, they show ${formatCount(below)}.`,
  caps: 'At most, by channel',
  capsAbout: 'With 40 left and 5 here, this channel shows 5. Empty: no limit.',
  noCap: 'no limit',
  units: 'units',
  exceptions: 'Exceptions',
  exceptionsAbout:
    'A product with a rule of its own, for example a launch item with a part for each channel.',
  exceptionSku: 'SKU of the product',
  addException: 'Add',
  remove: (sku: string) => `Remove the exception for ${sku}`,
  save: 'Save',
  saveAbout: 'Takes effect on all channels within seconds. What lowers a number goes first.',
  saved: 'Saved. The channels hear of it now.',
} as const;
