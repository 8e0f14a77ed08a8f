/**
 * What is to become of a line that came short, when nobody has decided yet: an earlier sale takes over from a later
 * one; another location ships; else the client's policy says.
 */
import type { Db } from 'mongodb';
import type { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, ConnectionId, OrderId } from '../ids.ts';
import type { StockDocument } from '../stock/stock-document.ts';
import { availableAt, SHELVES, type Shelves } from './available-at.ts';
import { askToYield } from './hand-over-steps.ts';
import type { LaterSales } from './later-sales.ts';
import type { OrderDocument, StoredLine } from './order-document.ts';
import { CONFLICT_STRATEGIES } from './policy/conflict-strategies.ts';
import type { ChannelCancels, Shortage } from './policy/conflict-strategy.ts';
import { LOCATION_CHOICES } from './policy/location-choice.ts';
import { readPolicies } from './policy/policy-store.ts';
import { openConflictOf, type StockAccount, soldUnits } from './stock-account.ts';
import type { DecisionChoice, HandOverEnd } from './stock-change.ts';

export interface Judging {
  readonly db: Db;
  readonly clientId: ClientId;
  readonly orders: ClientCollection<OrderDocument>;
  readonly stock: ClientCollection<StockDocument>;
  readonly sales: LaterSales;
  /** Books another order to its end. */
  readonly settle: (orderId: OrderId) => Promise<unknown>;
  readonly channelCancels: (connectionId: ConnectionId) => ChannelCancels;
}

export type Judgement =
  /** The later sale yields; its order has to be booked next. */
  | { readonly kind: 'yields'; readonly by: HandOverEnd }
  /** The later sale is to be asked: written down first, so that nobody asks a second one. null: it refused. */
  | { readonly kind: 'ask'; readonly whom: HandOverEnd | null }
  | { readonly kind: 'decide'; readonly decision: DecisionChoice; readonly by: string }
  /** A person decides. */
  | { readonly kind: 'hold'; readonly because: string | null };

/** The first account of a line that waits for a judgement. */
export function unjudgedOf({ accounts, booked, changes }: StoredLine): StockAccount | null {
  if (booked < changes.length) return null;
  return (
    accounts.find((account) => {
      const conflict = openConflictOf(account);
      return conflict?.state === 'open' && !conflict.judged;
    }) ?? null
  );
}

export async function judgeConflict(
  judging: Judging,
  order: OrderDocument,
  line: StoredLine,
  account: StockAccount,
): Promise<Judgement> {
  const { orders, sales, settle, stock } = judging;
  const { lineId } = line;
  const asked = openConflictOf(account)?.asked ?? null;
  if (asked) {
    const yields = await askToYield(orders, sales, asked, { order, lineId, account });
    return yields ? { kind: 'yields', by: asked } : { kind: 'ask', whom: null };
  }
  const item = await stock.findOne({ sku: account.sku }, { projection: SHELVES });
  const later = mayTakeOver(order, line, account, item)
    ? await sales.find(order, account.sku, account.short, settle)
    : null;
  if (later) return { kind: 'ask', whom: later };
  return await byPolicy(judging, order, line, account, item);
}

/**
 * An order that is not paid yet is no sale: it takes nothing from anybody. Where channels have parts of their own, the
 * later sale had a right to its unit, and the earlier one was beyond the part of its channel.
 */
function mayTakeOver(
  { status }: OrderDocument,
  { accounts }: StoredLine,
  { per }: StockAccount,
  item: Shelves | null,
): boolean {
  return accounts.length === 1 && per === 1 && status !== 'pending' && !item?.quotas;
}

async function byPolicy(
  { db, clientId, channelCancels }: Judging,
  order: OrderDocument,
  line: StoredLine,
  account: StockAccount,
  item: Shelves | null,
): Promise<Judgement> {
  const { sku, short: units } = account;
  const policies = await readPolicies(db, clientId, [sku]);
  const { locationOrder, locationChoice } = policies.client;
  const available = availableAt(item);
  const from = LOCATION_CHOICES[locationChoice].choose(units, available, locationOrder);
  if (from) return { kind: 'decide', decision: { choice: 'ship', from }, by: `policy:${locationChoice}` };

  const policy = policies.of(sku);
  const shortage: Shortage = {
    sku,
    units,
    available,
    order: { number: order.number, status: order.status, restCanShip: restCanShip(order, line, account) },
    // Of a kit the channel knows the whole alone, so no component of it can be refunded.
    channel: { ...channelCancels(order.connectionId), ...(line.accounts.length > 1 && { lines: false }) },
  };
  const verdict = CONFLICT_STRATEGIES[policy].decide(shortage);
  const by = `policy:${policy}`;
  switch (verdict.kind) {
    case 'hold':
      return verdict;
    case 'backorder':
      return { kind: 'decide', decision: { choice: 'backorder' }, by };
    case 'cancel':
      return { kind: 'decide', decision: { choice: 'cancel', scope: verdict.scope }, by };
  }
}

/** Something of the order is sold: another line, or a part of this one. */
export function restCanShip({ lines }: OrderDocument, line: StoredLine, account: StockAccount): boolean {
  return (
    soldUnits(account) > 0 ||
    lines.some(({ lineId, taken, accounts }) => {
      if (lineId === line.lineId) return false;
      // What the ledger has no part in (a service, an unknown product) ships for all we know.
      return accounts.length === 0
        ? taken > 0
        : accounts.some((other) => soldUnits(other) + other.outside > 0);
    })
  );
}
