import { dayHeading } from '../../format/times.ts';

/** Rows of one day under their heading. */
export interface Day<Row> {
  readonly heading: string;
  readonly rows: readonly Row[];
}

/** Splits rows, newest first, into the days of the reader's zone, in their order. */
export function byDay<Row extends { readonly at: string }>(
  rows: readonly Row[],
  now: number,
): readonly Day<Row>[] {
  const days = new Map<string, Row[]>();
  for (const row of rows) {
    const heading = dayHeading(Date.parse(row.at), now);
    const day = days.get(heading);
    if (day) day.push(row);
    else days.set(heading, [row]);
  }
  return [...days].map(([heading, dayRows]) => ({ heading, rows: dayRows }));
}
