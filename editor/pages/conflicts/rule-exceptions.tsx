import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { PolicyView, SkuPolicyRow } from '#server/api/views.ts';
import { sentenceOf } from '../../api/problem.ts';
import { useMay } from '../../api/queries.ts';
import { put, remove } from '../../api/request.ts';
import { useList } from '../../api/use-list.ts';
import { conflicts as conflictsTexts } from '../../texts/conflicts.ts';
import { texts } from '../../texts.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { Select } from '../../ui/select.tsx';
import { say } from '../../ui/toast.tsx';

const words = conflictsTexts.rules;
const policies = Object.keys(words.names) as readonly PolicyView[];
const keyOf = ({ sku }: SkuPolicyRow): string => sku;
const all = {};

/** Products for which another rule holds: listed, added, removed. */
export function RuleExceptions() {
  const list = useList<SkuPolicyRow>('conflicts', all, keyOf, '/policy/skus');
  const client = useQueryClient();
  const decides = useMay('decide');
  const refresh = () => client.invalidateQueries({ queryKey: ['conflicts'] });
  const taking = useMutation({
    mutationFn: (sku: string) => remove('/policy/skus', { sku }),
    onSuccess: (_answer, sku) => say('ok', words.removed(sku)),
    onError: (error) => say('bad', sentenceOf(error)),
    onSettled: refresh,
  });
  return (
    <section>
      <h3 className="font-semibold">{words.exceptions}</h3>
      <p className="mb-3 text-sm text-quiet">{words.exceptionsAbout}</p>
      {decides && <NewException onAdded={refresh} />}
      {list.error && <ProblemNote error={list.error} retry={list.retry} />}
      {!list.loading && !list.error && list.rows.length === 0 && (
        <p className="mt-3 text-sm text-quiet">{words.noExceptions}</p>
      )}
      <ul className="mt-3">
        {list.rows.map(({ sku, title, policy, changedBy }) => (
          <li key={sku} className="flex items-center gap-3 border-t border-line py-2">
            <div className="min-w-0 grow">
              <p className="truncate">
                <span className="font-mono text-xs">{sku}</span> <span className="text-quiet">{title}</span>
              </p>
              <p className="text-xs text-quiet">
                {words.names[policy]}, {words.by(changedBy)}
              </p>
            </div>
            {decides && (
              <IconButton icon="close" label={words.remove(sku)} onClick={() => taking.mutate(sku)} />
            )}
          </li>
        ))}
      </ul>
      {list.more && (
        <Button busy={list.loadingMore} onClick={list.more}>
          {texts.loadMore}
        </Button>
      )}
    </section>
  );
}

function NewException({ onAdded }: { onAdded: () => Promise<void> }) {
  const [sku, setSku] = useState('');
  const [policy, setPolicy] = useState<PolicyView>('hold');
  const add = useMutation({
    mutationFn: () => put('/policy/skus', { sku, policy }),
    onSuccess: async () => {
      say('ok', words.added(sku));
      setSku('');
      await onAdded();
    },
    onError: (error) => say('bad', sentenceOf(error)),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (sku !== '') add.mutate();
      }}
      className="grid gap-2 sm:grid-cols-[minmax(0,1fr)_auto_auto]"
    >
      <label>
        <span className="sr-only">{words.sku}</span>
        <input
          value={sku}
          placeholder={words.sku}
          maxLength={255}
          onChange={(event) => setSku(event.target.value)}
          className="h-9 w-full rounded-lg border border-edge bg-surface px-3 text-[1rem] placeholder:text-quiet sm:text-base"
        />
      </label>
      <Select
        label={words.rule}
        value={policy}
        options={policies.map((value) => ({ value, text: words.names[value] }))}
        onChoose={setPolicy}
      />
      <Button busy={add.isPending} onClick={({ currentTarget }) => currentTarget.form?.requestSubmit()}>
        {words.add}
      </Button>
    </form>
  );
}
