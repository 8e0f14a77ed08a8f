import { useCallback } from 'react';
import { type OrdersFilter, orderSorts, orderStatuses } from '../../address/list-address.ts';
import { useShops } from '../../api/use-shops.ts';
import { texts } from '../../texts.ts';
import { DayField } from '../../ui/day-field.tsx';
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
  const shops = useShops();
  const onSearch = useCallback((search: string) => onChange({ search }), [onChange]);
  return (
    <search className="mb-3 flex flex-wrap gap-2">
      <SearchField label={words.search} value={filter.search} onSearch={onSearch} />
      <Select
        label={words.channel}
        value={filter.channel}
        options={[
          { value: '', text: words.allChannels },
          ...shops.map(({ id, name }) => ({ value: id, text: name })),
        ]}
        onChoose={(channel) => onChange({ channel })}
      />
      <Select
        label={words.status}
        value={filter.status}
        options={[
          { value: '', text: words.allStatuses },
          ...orderStatuses.map((value) => ({ value, text: words.statuses[value] })),
        ]}
        onChoose={(status) => onChange({ status })}
      />
      <Select
        label={words.sort}
        value={filter.sort}
        options={orderSorts.map((value) => ({ value, text: words.sorts[value] }))}
        onChoose={(sort) => onChange({ sort })}
      />
      <DayField label={words.from} value={filter.from} onChange={(from) => onChange({ from })} />
      <DayField label={words.until} value={filter.until} onChange={(until) => onChange({ until })} />
      <Toggle checked={filter.short} onChange={(short) => onChange({ short })}>
        {words.short}
      </Toggle>
    </search>
  );
}
