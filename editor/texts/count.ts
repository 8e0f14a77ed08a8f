import { formatCount } from '../format/numbers.ts';

/** "1 line", "1,200 lines". */
export const count = (n: number, one: string, many: string): string =>
  `${formatCount(n)} ${n === 1 ? one : many}`;
