import { useCallback, useState } from 'react';
import type { DeadLetterRow } from '#server/api/views.ts';
import { useMay } from '../../api/queries.ts';
import { useList } from '../../api/use-list.ts';
import { LookOnly } from '../../shell/rights.tsx';
import { deadLetters as words } from '../../texts/dead-letters.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListPanel } from '../../ui/list-panel.tsx';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { DeadLetter } from './dead-letter.tsx';
import { useRetryAll, useRetryChosen } from './use-retry.ts';

const keyOf = ({ id }: DeadLetterRow): string => id;
const all = {};

/** Events that wait for a person to mend their cause. */
export default function DeadLettersPage() {
  const list = useList<DeadLetterRow>('dead-letters', all, keyOf);
  const decides = useMay('decide');
  const several = decides && list.rows.length > 1;
  const retryAll = useRetryAll();
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  // What was retried is in the list no longer.
  const chosen = list.rows.filter(({ id }) => marked.has(id)).map(({ id }) => id);
  const retryChosen = useRetryChosen(chosen);
  const mark = useCallback((id: string, on: boolean) => {
    setMarked((before) => {
      const next = new Set(before);
      if (on) next.add(id);
      else next.delete(id);
      return next;
    });
  }, []);
  return (
    <Page>
      <PageHeader title={words.title} about={words.about}>
        {chosen.length > 0 && (
          <Button
            icon="retry"
            look="primary"
            busy={retryChosen.isPending}
            onClick={() => retryChosen.mutate()}
            className="ml-auto"
          >
            {retryChosen.isPending ? words.retrying : words.retryMany(chosen.length)}
          </Button>
        )}
        {several && chosen.length === 0 && (
          <Button
            icon="retry"
            busy={retryAll.isPending}
            onClick={() => retryAll.mutate()}
            className="ml-auto"
          >
            {retryAll.isPending ? words.retrying : words.retryAll}
          </Button>
        )}
      </PageHeader>
      <LookOnly unless="decide" />
      <ListPanel
        list={list}
        empty={
          <EmptyState icon="check" title={words.none}>
            {words.noneAbout}
          </EmptyState>
        }
      >
        <ul>
          {list.rows.map((letter) => (
            <DeadLetter
              key={letter.id}
              letter={letter}
              marked={several ? marked.has(letter.id) : null}
              onMark={mark}
            />
          ))}
        </ul>
      </ListPanel>
    </Page>
  );
}
