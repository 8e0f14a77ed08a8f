import { useScarceStock } from '../../api/queries.ts';
import { formatCount } from '../../format/numbers.ts';
import { texts } from '../../texts.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryPart } from '../../ui/query-part.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Cell, ColumnHead, Row, RowHead, Table } from '../../ui/table.tsx';
import { LowBadge } from '../stock/low-badge.tsx';
import { ProductLink } from '../stock/product-link.tsx';

const shown = 10;

/** What will be sold out first. */
export function ScarceStock() {
  return (
    <Panel title={texts.dashboard.stock} more={{ to: '/stock', text: texts.dashboard.all }}>
      <QueryPart query={useScarceStock(shown)} skeleton={<SkeletonRows rows={shown} />}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon="stock" title={texts.stock.none}>
              {texts.stock.noneAbout}
            </EmptyState>
          ) : (
            <Table
              caption={texts.dashboard.stock}
              head={
                <>
                  <ColumnHead>{texts.stock.product}</ColumnHead>
                  <ColumnHead className="text-right">{texts.stock.available}</ColumnHead>
                </>
              }
            >
              {items.map((item) => (
                <Row key={item.sku}>
                  <RowHead className="max-w-0 min-w-32">
                    <ProductLink sku={item.sku} title={item.title} />
                  </RowHead>
                  <Cell className="w-32 text-right whitespace-nowrap">
                    <LowBadge row={item} />
                    <span className="ml-2 inline-block min-w-6 font-semibold">
                      {formatCount(item.available)}
                    </span>
                  </Cell>
                </Row>
              ))}
            </Table>
          )
        }
      </QueryPart>
    </Panel>
  );
}
