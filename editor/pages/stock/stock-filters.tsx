import { useCallback } from 'react';
import { type StockFilter, stockSorts } from '../../address/list-address.ts';
import { texts } from '../../texts.ts';
import { SearchField } from '../../ui/search-field.tsx';
import { Select } from '../../ui/select.tsx';
import { Toggle } from '../../ui/toggle.tsx';

const words = texts.stock;

/** Search, order, and only what runs low. */
export function StockFilters({
  filter,
  onChange,
}: {
  filter: StockFilter;
  onChange: (part: Partial<StockFilter>) => void;
}) {
  const onSearch = useCallback((search: string) => onChange({ search }), [onChange]);
  return (
    <search className="mb-3 flex flex-wrap gap-2">
      <SearchField label={words.search} value={filter.search} onSearch={onSearch} />
      <Select
        label={words.sort}
        value={filter.sort}
        options={stockSorts.map((value) => ({ value, text: words.sorts[value] }))}
        onChoose={(sort) => onChange({ sort })}
      />
      <Toggle checked={filter.low} onChange={(low) => onChange({ low })}>
        {words.low}
      </Toggle>
    </search>
  );
}
