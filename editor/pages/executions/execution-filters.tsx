import { useCallback } from 'react';
import type { ExecutionsFilter } from '../../address/list-address.ts';
import { usePipelines } from '../../api/queries.ts';
import { executions as executionsTexts } from '../../texts/executions.ts';
import { SearchField } from '../../ui/search-field.tsx';
import { Select } from '../../ui/select.tsx';
import { Toggle } from '../../ui/toggle.tsx';

const words = executionsTexts;

/** Search, flow, and only what failed. */
export function ExecutionFilters({
  filter,
  onChange,
}: {
  filter: ExecutionsFilter;
  onChange: (part: Partial<ExecutionsFilter>) => void;
}) {
  const pipelines = usePipelines().data ?? [];
  const onSearch = useCallback((search: string) => onChange({ search }), [onChange]);
  return (
    <search className="mb-3 flex flex-wrap gap-2">
      <SearchField label={words.search} value={filter.search} onSearch={onSearch} />
      <Select
        label={words.flow}
        value={filter.pipeline}
        options={[
          { value: '', text: words.allFlows },
          ...pipelines.map(({ id, name }) => ({ value: id, text: name })),
        ]}
        onChoose={(pipeline) => onChange({ pipeline })}
      />
      <Toggle checked={filter.failed} onChange={(failed) => onChange({ failed })}>
        {words.failed}
      </Toggle>
    </search>
  );
}
