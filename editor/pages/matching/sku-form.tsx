import { type FormEvent, useDeferredValue, useId, useState } from 'react';
import type { ListingRow } from '#server/api/views.ts';
import { useStockLike } from '../../api/queries.ts';
import { texts } from '../../texts.ts';
import { Button } from '../../ui/button.tsx';

const words = texts.matching;

/** Names the SKU that a product belongs to; offers those that fit what is typed. */
export function SkuForm({
  listing: { title, couldBe },
  busy,
  onMatch,
}: {
  listing: ListingRow;
  busy: boolean;
  onMatch: (sku: string) => void;
}) {
  const [draft, setDraft] = useState('');
  const list = useId();
  const { data: found } = useStockLike(useDeferredValue(draft.trim()));
  const offered = draft.trim() === '' ? couldBe.map((sku) => ({ sku, title: '' })) : (found?.items ?? []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (draft.trim() !== '') onMatch(draft.trim());
  };
  return (
    <form onSubmit={submit} className="flex gap-2 max-sm:w-full">
      <input
        type="text"
        list={list}
        value={draft}
        maxLength={255}
        placeholder={words.sku}
        aria-label={words.skuFor(title)}
        onChange={({ target }) => setDraft(target.value)}
        className="h-9 w-44 rounded-lg border border-edge bg-surface px-3 font-mono text-sm placeholder:font-sans placeholder:text-quiet max-sm:grow"
      />
      <datalist id={list}>
        {offered.map((one) => (
          <option key={one.sku} value={one.sku}>
            {one.title}
          </option>
        ))}
      </datalist>
      <Button
        type="submit"
        busy={busy}
        disabled={busy || draft.trim() === ''}
        aria-label={words.decideOne(words.decisions.match, title)}
      >
        {words.decisions.match}
      </Button>
    </form>
  );
}
