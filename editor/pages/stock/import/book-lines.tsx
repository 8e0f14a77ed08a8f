import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Booked, bookLines, type StockLine } from '../../../api/book-lines.ts';
import { sentenceOf } from '../../../api/problem.ts';
import { stockLists } from '../../../texts/stock-lists.ts';
import { Button } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { ground } from '../../../ui/panel.tsx';

const words = stockLists.import;

/** The button that books a list, how far it is, and what came of it. After a failure it goes on, and books nothing twice. */
export function BookLines({
  kind,
  bookingKey,
  lines,
  go,
  onDone,
}: {
  kind: 'import' | 'take';
  bookingKey: string;
  lines: readonly StockLine[];
  go: string;
  onDone?: (booked: Booked) => void;
}) {
  const [done, setDone] = useState(0);
  const client = useQueryClient();
  const book = useMutation({
    mutationFn: () =>
      bookLines(
        kind,
        bookingKey,
        lines.map(({ sku, location, seen, quantity }) => ({ sku, location, seen, quantity })),
        setDone,
      ),
    onSuccess: async (booked) => {
      await Promise.all(
        ['stock', 'overview'].map((topic) => client.invalidateQueries({ queryKey: [topic] })),
      );
      onDone?.(booked);
    },
  });
  return (
    <div className={`${ground} grid gap-3 p-4`}>
      {book.data ? (
        <Outcome booked={book.data} />
      ) : (
        <>
          <p className="text-sm text-pretty text-quiet">{words.bookAbout}</p>
          {book.error && (
            <p role="alert" className="flex gap-2 rounded-lg bg-bad-soft p-3 text-sm text-bad">
              <Icon name="bad" className="mt-px" />
              <span>
                {words.halted}: {sentenceOf(book.error)} {words.haltedAbout(done)}
              </span>
            </p>
          )}
          <div>
            <Button look="primary" busy={book.isPending} onClick={() => book.mutate()} className="min-h-10">
              {book.isPending ? words.booking(done, lines.length) : book.error ? words.goOn : go}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}

function Outcome({ booked: { booked, before, refused } }: { booked: Booked }) {
  return (
    <div role="status" className="grid gap-2">
      <p className="flex items-center gap-2 font-semibold">
        <Icon name="ok" className="text-ok" /> {words.done(booked)}
      </p>
      {before > 0 && <p className="text-sm text-quiet">{words.doneBefore(before)}</p>}
      {refused.length > 0 && (
        <div>
          <p className="font-semibold">{words.refused}</p>
          <ul className="text-sm">
            {refused.map(({ sku, location, text }) => (
              <li key={`${sku} ${location}`}>
                <span className="font-mono text-xs">{sku}</span>: {text}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
