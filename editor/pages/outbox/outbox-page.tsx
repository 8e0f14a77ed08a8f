import { useSearchParams } from 'react-router';
import type { OutboxRow } from '#server/api/views.ts';
import { readOutbox } from '../../address/list-address.ts';
import { useList } from '../../api/use-list.ts';
import { LookOnly } from '../../shell/rights.tsx';
import { outbox as words } from '../../texts/outbox.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListPanel } from '../../ui/list-panel.tsx';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Segments } from '../../ui/segments.tsx';
import { OutboxItem } from './outbox-item.tsx';

const keyOf = ({ id }: OutboxRow): string => id;

/** What was sent outside or waits to be; what needs a person's word can be decided here. */
export default function OutboxPage() {
  const [params] = useSearchParams();
  const { state } = readOutbox(params);
  const list = useList<OutboxRow>('outbox', { state }, keyOf);
  const segment = (of: typeof state) => ({
    to: of === 'all' ? '/outbox' : `/outbox?state=${of}`,
    text: words.views[of],
    current: state === of,
  });
  return (
    <Page>
      <PageHeader title={words.title} about={words.about}>
        <div className="sm:ml-auto">
          <Segments
            label={words.view}
            options={[segment('all'), segment('needs-you'), segment('waiting'), segment('ended')]}
          />
        </div>
      </PageHeader>
      <LookOnly unless="decide" />
      <ListPanel
        list={list}
        empty={
          <EmptyState icon={state === 'needs-you' ? 'check' : 'outbox'} title={words.none[state]}>
            {words.noneAbout}
          </EmptyState>
        }
      >
        <ul>
          {list.rows.map((message) => (
            <OutboxItem key={message.id} message={message} />
          ))}
        </ul>
      </ListPanel>
    </Page>
  );
}
