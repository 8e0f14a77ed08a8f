import { useSearchParams } from 'react-router';
import type { ConflictRow } from '#server/api/views.ts';
import { readConflicts } from '../../address/list-address.ts';
import { useList } from '../../api/use-list.ts';
import { LookOnly } from '../../shell/rights.tsx';
import { conflicts as words } from '../../texts/conflicts.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListPanel } from '../../ui/list-panel.tsx';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Segments } from '../../ui/segments.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { ConflictCard } from './conflict-card.tsx';
import { RulesLine } from './rules-line.tsx';

const keyOf = ({ id }: ConflictRow): string => id;

/** Every order that met too little stock, as the story of how it was decided. */
export default function ConflictsPage() {
  const [params] = useSearchParams();
  const { state } = readConflicts(params);
  const list = useList<ConflictRow>('conflicts', { state }, keyOf);
  const open = state === 'open';
  return (
    <Page>
      <PageHeader title={words.title} about={words.about}>
        <div className="sm:ml-auto">
          <Segments
            label={words.view}
            options={[
              { to: '/conflicts', text: words.open, current: open },
              { to: '/conflicts?state=all', text: words.all, current: !open },
            ]}
          />
        </div>
      </PageHeader>
      <LookOnly unless="decide" />
      <RulesLine />
      <ListPanel
        list={list}
        plain
        empty={
          <EmptyState
            icon="conflicts"
            title={open ? words.none : words.noneAtAll}
            action={open && <TextLink to="/conflicts?state=all">{words.showAll}</TextLink>}
          >
            {words.noneAbout}
          </EmptyState>
        }
      >
        <ul className="grid grid-cols-1 gap-3">
          {list.rows.map((conflict) => (
            <ConflictCard key={conflict.id} conflict={conflict} />
          ))}
        </ul>
      </ListPanel>
    </Page>
  );
}
