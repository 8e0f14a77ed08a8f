import { useCallback } from 'react';
import type { OrdersFilter } from '../../address/list-address.ts';
import { useConnections } from '../../api/queries.ts';
import { texts } from '../../texts.ts';
import { SearchField } from '../../ui/search-field.tsx';
import { Select } from '../../ui/select.tsx';
import { Toggle } from '../../ui/toggle.tsx';

const words = texts.orders;

/** Search, channel, and only what fell short. */
export function OrderFilters({
  filter,
  onChange,
}: {
  filter: OrdersFilter;
  onChange: (part: Partial<OrdersFilter>) => void;
}) {
  const connections = useConnections().data ?? [];
  const onSearch = useCallback((search: string) => onChange({ search }), [onChange]);
  return (
    <search className="mb-3 flex flex-wrap gap-2">
      <SearchField label={words.search} value={filter.search} onSearch={onSearch} />
      <Select
        label={words.channel}
        value={filter.channel}
        options={[
          { value: '', text: words.allChannels },
          ...connections.map(({ id, name }) => ({ value: id, text: name })),
        ]}
        onChoose={(channel) => onChange({ channel })}
      />
      <Toggle checked={filter.short} onChange={(short) => onChange({ short })}>
        {words.short}
      </Toggle>
    </search>
  );
}
