import { Outlet, useLocation } from 'react-router';
import type { ExecutionRow } from '#server/api/views.ts';
import { readExecutions, writeExecutions } from '../../address/list-address.ts';
import { useFilter } from '../../address/use-filter.ts';
import { useList } from '../../api/use-list.ts';
import { executions as executionsTexts } from '../../texts/executions.ts';
import { texts } from '../../texts.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListPanel } from '../../ui/list-panel.tsx';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { ExecutionFilters } from './execution-filters.tsx';
import { ExecutionTable } from './execution-table.tsx';
import { OtherClients } from './other-clients.tsx';

const words = executionsTexts;
const keyOf = ({ id }: ExecutionRow): string => id;

/** Every run of every flow; one of them opens in a sheet above the list. */
export default function ExecutionsPage() {
  const [filter, change] = useFilter(readExecutions, writeExecutions);
  const { search } = useLocation();
  const query = writeExecutions(filter);
  const list = useList<ExecutionRow>('executions', query, keyOf);
  const filtered = Object.keys(query).length > 0;
  return (
    <Page>
      <PageHeader title={words.title} about={words.about} />
      <ExecutionFilters filter={filter} onChange={change} />
      {filter.search !== '' && <OtherClients search={filter.search} />}
      <ListPanel
        list={list}
        empty={
          filtered ? (
            <EmptyState
              icon="looking"
              title={words.noneFound}
              action={<TextLink to="/executions">{texts.clearFilter}</TextLink>}
            >
              {words.noneFoundAbout}
            </EmptyState>
          ) : (
            <EmptyState icon="executions" title={words.none}>
              {words.noneAbout}
            </EmptyState>
          )
        }
      >
        <ExecutionTable rows={list.rows} search={search} />
      </ListPanel>
      <Outlet />
    </Page>
  );
}
