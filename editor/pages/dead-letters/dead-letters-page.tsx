import type { DeadLetterRow } from '#server/api/views.ts';
import { useList } from '../../api/use-list.ts';
import { texts } from '../../texts.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListPanel } from '../../ui/list-panel.tsx';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { DeadLetter } from './dead-letter.tsx';

const words = texts.deadLetters;
const keyOf = ({ id }: DeadLetterRow): string => id;
const all = {};

/** Events that wait for a person to mend their cause. */
export default function DeadLettersPage() {
  const list = useList<DeadLetterRow>('dead-letters', all, keyOf);
  return (
    <Page>
      <PageHeader title={words.title} about={words.about} />
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
            <DeadLetter key={letter.id} letter={letter} />
          ))}
        </ul>
      </ListPanel>
    </Page>
  );
}
