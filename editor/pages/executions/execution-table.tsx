import { memo } from 'react';
import { Link } from 'react-router';
import type { ExecutionRow } from '#server/api/views.ts';
import { formatDuration } from '../../format/numbers.ts';
import { executions as executionsTexts } from '../../texts/executions.ts';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Cell, ColumnHead, Row, RowHead, Table } from '../../ui/table.tsx';
import { Ago } from '../../ui/time.tsx';

const words = executionsTexts;

/** Runs as a table; on a phone, state and time move below the flow. `search` is the filter that an opened run keeps. */
export function ExecutionTable({ rows, search }: { rows: readonly ExecutionRow[]; search: string }) {
  return (
    <Table
      caption={words.about}
      head={
        <>
          <ColumnHead>{words.subject}</ColumnHead>
          <ColumnHead className="hidden md:table-cell">{words.flow}</ColumnHead>
          <ColumnHead className="max-sm:pr-4 max-sm:text-right">{words.state}</ColumnHead>
          <ColumnHead className="hidden text-right sm:table-cell">{words.took}</ColumnHead>
          <ColumnHead className="hidden w-28 text-right sm:table-cell">{words.ended}</ColumnHead>
        </>
      }
    >
      {rows.map((execution) => (
        <ExecutionTableRow key={execution.id} execution={execution} search={search} />
      ))}
    </Table>
  );
}

/** One run. The whole row opens it. */
const ExecutionTableRow = memo(function ExecutionTableRow({
  execution,
  search,
}: {
  execution: ExecutionRow;
  search: string;
}) {
  const { id, subject, pipeline, state, ms, at, messages, failure, tries } = execution;
  const detail = failure ? failure.reason : words.messages(messages);
  return (
    <Row>
      <RowHead className="w-full max-w-0 md:w-2/5">
        <Link to={`/executions/${encodeURIComponent(id)}${search}`} className="stretched font-medium">
          {subject === '' ? words.noSubject : subject}
        </Link>
        <p className="truncate text-xs text-quiet">
          <span className="md:hidden">{pipeline.name} · </span>
          {detail}
        </p>
      </RowHead>
      <Cell className="hidden max-w-0 truncate md:table-cell md:w-1/4">{pipeline.name}</Cell>
      <Cell className="whitespace-nowrap max-sm:pr-4 max-sm:text-right">
        <StatusMark tone={state === 'done' ? 'ok' : 'bad'}>{words.states[state]}</StatusMark>
        <span className="block text-xs text-quiet sm:hidden">
          <Ago at={at} />
        </span>
        {tries > 1 && <span className="ml-2 hidden text-xs text-quiet lg:inline">{words.tries(tries)}</span>}
      </Cell>
      <Cell className="hidden text-right whitespace-nowrap sm:table-cell">{formatDuration(ms)}</Cell>
      <Cell className="hidden text-right text-quiet sm:table-cell">
        <Ago at={at} />
      </Cell>
    </Row>
  );
});
