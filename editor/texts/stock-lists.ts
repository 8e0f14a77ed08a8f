import { formatCount } from '../format/numbers.ts';
import { count } from './count.ts';

const lines = (n: number): string => count(n, 'line', 'lines');

/** The sentences of the pages on which stock is imported and counted. Loaded with them. */
export const stockLists = {
  back: 'Back to the stock',
  import: {
    title: 'Import stock',
    about:
      'A file of comma separated values with the columns “sku” and “on hand”, and “location” if you have several. What Export gives is right. You see what would change before anything does.',
    choose: 'Choose a file',
    reading: 'Reading…',
    another: 'Another file',
    none: 'Nothing would change',
    noneAbout: 'Every line of the file agrees with the stock already.',
    summary: (changes: number, unchanged: number, wrong: number) =>
      [
        `${lines(changes)} would change the stock`,
        `${formatCount(unchanged)} agree already`,
        ...(wrong > 0 ? [`${formatCount(wrong)} can’t be used`] : []),
      ].join(', '),
    wrong: 'Lines that can’t be used',
    line: 'Line',
    why: 'Why',
    changes: 'What would change',
    now: 'Now',
    after: 'Then',
    change: 'Change',
    product: 'Product',
    location: 'Location',
    shown: (n: number, of: number) => `The first ${formatCount(n)} of ${formatCount(of)}.`,
    book: (n: number) => `Book ${lines(n)}`,
    bookAbout:
      'Each difference is booked as a correction with your name. What is sold meanwhile stays sold. Your flows then tell the shops.',
    booking: (done: number, of: number) => `Booking… ${formatCount(done)} of ${formatCount(of)}`,
    halted: 'Stopped in the middle',
    goOn: 'Go on',
    haltedAbout: (done: number) =>
      `${lines(done)} are booked and stay so; going on books the rest, and nothing twice.`,
    done: (n: number) => `${lines(n)} booked`,
    doneBefore: (n: number) => `${lines(n)} had been booked before.`,
    refused: 'Not booked',
    tooLarge: 'The file is larger than 8 MB. Divide it.',
  },
  take: {
    title: 'Stock-take',
    about:
      'Count the shelves and type what is there. Your counts are kept in this browser until you book them. What is sold after you counted a line stays sold.',
    search: 'SKU or title',
    counted: 'Counted',
    books: 'In the books',
    difference: 'Difference',
    countOf: (title: string, location: string) => `Counted of ${title} at ${location}`,
    show: 'Which lines',
    shows: { all: 'All products', counted: 'Counted', different: 'Differences' },
    summary: (counted: number, different: number) =>
      `${lines(counted)} counted, ${formatCount(different)} differ`,
    nothing: 'Nothing is counted yet',
    nothingAbout: 'Choose “All products”, and type what lies on the shelf.',
    agrees: 'agrees',
    clear: 'Throw the counts away',
    cleared: 'The counts are thrown away. Nothing was booked.',
    book: (n: number) => `Book ${count(n, 'count', 'counts')}`,
    booked: (n: number) => `${count(n, 'count', 'counts')} booked. Your flows tell the shops now.`,
    notBooked: (n: number, why: string) =>
      `${count(n, 'count stays', 'counts stay')} here, not booked: ${why}`,
    at: (time: string) => `counted at ${time}`,
  },
};
