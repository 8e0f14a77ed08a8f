import type { ComponentProps, ReactNode } from 'react';

/** A plain table in the dress of the page. `caption` names it for a screen reader. */
export function Table({
  caption,
  head,
  children,
}: {
  caption: string;
  head: ReactNode;
  children: ReactNode;
}) {
  return (
    <table className="w-full border-collapse text-left">
      <caption className="sr-only">{caption}</caption>
      <thead className="text-xs text-quiet">
        <tr className="border-b border-line">{head}</tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

/** A column's name. With `className="hidden sm:table-cell"` a column is left out where room is short. */
export const ColumnHead = ({ className = '', ...rest }: ComponentProps<'th'>) => (
  <th scope="col" className={`h-9 px-2 font-medium first:pl-4 last:pr-4 ${className}`} {...rest} />
);

/** One row. A `stretched` link in it makes the whole of it the target. */
export const Row = ({ className = '', ...rest }: ComponentProps<'tr'>) => (
  <tr className={`relative border-b border-line last:border-0 hover:bg-sunken/60 ${className}`} {...rest} />
);

/** One cell. */
export const Cell = ({ className = '', ...rest }: ComponentProps<'td'>) => (
  <td className={`px-2 py-1.5 first:pl-4 last:pr-4 ${className}`} {...rest} />
);

/** The cell that names its row. */
export const RowHead = ({ className = '', ...rest }: ComponentProps<'th'>) => (
  <th scope="row" className={`px-2 py-1.5 font-normal first:pl-4 last:pr-4 ${className}`} {...rest} />
);
