import { count } from './count.ts';

/** The words of the field for expressions. */
export const expressionWords = {
  none: (problem: string) => `This is no expression: ${problem}`,
  now: 'Now:',
  not: (reason: string) => `Not for this message: ${reason}`,
  fromMessage: 'for the last message that came here',
  fromExample: (type: string) => `for an example (${type})`,
  noSample: 'A preview comes with the first message.',
  suggestions: 'Suggestions',
  found: (n: number) => `${count(n, 'suggestion', 'suggestions')}, arrows choose, Enter takes`,
  keys: 'Ctrl Space for suggestions.',
};
