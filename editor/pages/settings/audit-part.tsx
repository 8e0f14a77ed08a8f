import { useMemo, useState } from 'react';
import type { AuditRow } from '#server/api/views.ts';
import { useList } from '../../api/use-list.ts';
import { settings as settingsTexts } from '../../texts/settings.ts';
import { IconButton } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ExportButton } from '../../ui/export-button.tsx';
import { ListPanel } from '../../ui/list-panel.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { Ago } from '../../ui/time.tsx';
import { AuditSheet } from './audit-sheet.tsx';
import { useClients } from './use-clients.ts';

const words = settingsTexts.audit;
const keyOf = ({ id }: AuditRow): string => id;

/** Who changed what in the agency, to look through and to take away. */
export default function AuditPart() {
  const [search, setSearch] = useState('');
  const query = useMemo(() => (search === '' ? {} : { search }), [search]);
  const list = useList<AuditRow>('accounts', query, keyOf, '/audit');
  const [chosen, setChosen] = useState<AuditRow | null>(null);
  const clients = useClients();
  return (
    <>
      <p className="mb-4 text-pretty text-quiet">{words.about}</p>
      <div className="mb-4 flex flex-wrap items-center gap-3">
        <SearchField label={words.search} value={search} onSearch={setSearch} />
        <span className="sm:ml-auto">
          <ExportButton path="/audit/export" query={query} file={words.file} />
        </span>
      </div>
      <ListPanel
        list={list}
        empty={
          <EmptyState icon="check" title={search === '' ? words.none : words.noneFound}>
            {search === '' ? words.noneAbout : words.noneFoundAbout}
          </EmptyState>
        }
      >
        <ul>
          {list.rows.map((row) => (
            <Entry
              key={row.id}
              row={row}
              // One that is gone has its id alone.
              client={clients.find(({ id }) => id === row.clientId)?.name ?? row.clientId}
              onOpen={() => setChosen(row)}
            />
          ))}
        </ul>
      </ListPanel>
      {chosen && <AuditSheet entry={chosen} onClose={() => setChosen(null)} />}
    </>
  );
}

function Entry({
  row,
  client,
  onOpen,
}: {
  row: AuditRow;
  /** Its name; null: it is about no client. */
  client: string | null;
  onOpen: () => void;
}) {
  const { at, by, kind, summary, target, outcome, reason } = row;
  return (
    <li className="flex items-center gap-3 border-b border-line px-4 py-2.5 last:border-0">
      <div className="min-w-0 grow">
        <p className="font-medium text-pretty">{summary}</p>
        <p className="text-sm wrap-anywhere text-quiet">
          {[by, words.kinds[kind], client, target].filter((part) => part).join(' · ')}
          <span className="sm:hidden">
            {' · '}
            <Ago at={at} />
          </span>
        </p>
      </div>
      <div className="shrink-0 text-right text-sm">
        <Ago at={at} className="hidden text-quiet sm:inline" />
        {outcome !== 'done' && (
          <p className={outcome === 'refused' ? 'text-quiet' : 'text-bad'}>
            {reason ?? words.outcomes[outcome]}
          </p>
        )}
      </div>
      <IconButton icon="more" label={words.open(summary)} onClick={onOpen} />
    </li>
  );
}
