/** As much of an order as is needed to do something to it, and the marks by which what was done is known again. */
import { z } from 'zod';
import { Rejected } from '#runtime/errors.ts';
import { past } from '../past-caches.ts';
import type { Rest } from '../rest.ts';

const decimal = z.union([z.string(), z.number()]).transform(String);
const Meta = z.object({ key: z.string(), value: z.unknown() });
const taxes = z.array(z.object({ id: z.int(), total: decimal.catch('0') })).catch([]);
/** A line of goods, of shipping or of fees: WooCommerce refunds all of them alike, by their ids. */
const Item = z.object({ id: z.int(), total: decimal, taxes });

export const ShopOrder = z.object({
  id: z.int().positive(),
  status: z.string(),
  currency: z.string(),
  total: decimal,
  date_paid_gmt: z.string().nullish(),
  meta_data: z.array(Meta).catch([]),
  line_items: z.array(Item.extend({ quantity: z.number() })),
  shipping_lines: z.array(Item).catch([]),
  fee_lines: z.array(Item).catch([]),
});
export type ShopOrder = z.infer<typeof ShopOrder>;

export const ShopRefund = z.object({
  id: z.int(),
  amount: decimal,
  meta_data: z.array(Meta).catch([]),
  line_items: z.array(Item.extend({ quantity: z.number(), meta_data: z.array(Meta).catch([]) })).catch([]),
  shipping_lines: z.array(Item.extend({ meta_data: z.array(Meta).catch([]) })).catch([]),
  fee_lines: z.array(Item.extend({ meta_data: z.array(Meta).catch([]) })).catch([]),
});
export type ShopRefund = z.infer<typeof ShopRefund>;

/** Numbers of WooCommerce itself: anything else is no address of a call. */
function pathOf(externalId: string): string {
  if (/^[1-9]\d{0,15}$/.test(externalId)) return `orders/${externalId}`;
  throw new TypeError('A WooCommerce order needs a numeric id');
}

/** null: the shop has no such order. @throws what a call throws. */
export async function readOrderOf(rest: Rest, externalId: string): Promise<ShopOrder | null> {
  const call = { name: 'GET orders/*', method: 'GET', path: pathOf(externalId), query: past({}) } as const;
  return await rest(call, ShopOrder).then(
    ({ body }) => body,
    (error: unknown) => {
      if (error instanceof Rejected && error.message.includes('shop_order_invalid_id')) return null;
      throw error;
    },
  );
}

/** @throws {Rejected} when there is none: somebody deleted it for good. */
export async function demandOrder(rest: Rest, externalId: string): Promise<ShopOrder> {
  const order = await readOrderOf(rest, externalId);
  if (order) return order;
  throw new Rejected('The order is no longer in the shop.', {
    code: 'far-side.refused',
    concerns: 'call',
    fix: 'Nothing is left to be done there: mark this as done.',
  });
}

export async function refundsOf(rest: Rest, externalId: string): Promise<readonly ShopRefund[]> {
  const path = `${pathOf(externalId)}/refunds`;
  const query = past({ per_page: '100' });
  const call = { name: 'GET orders/*/refunds', method: 'GET', path, query } as const;
  return (await rest(call, z.array(ShopRefund))).body;
}

export async function changeOrder(rest: Rest, externalId: string, body: object): Promise<void> {
  const call = { name: 'POST orders/*', method: 'POST', path: pathOf(externalId), body } as const;
  await rest(call, z.object({ id: z.int() }));
}

export async function postTo(rest: Rest, externalId: string, what: 'notes' | 'refunds', body: object) {
  const path = `${pathOf(externalId)}/${what}`;
  const call = { name: `POST orders/*/${what}`, method: 'POST', path, body } as const;
  return (await rest(call, z.object({ id: z.int() }))).body;
}

const Note = z.object({ id: z.int().positive(), note: z.string() });

async function notesOf(rest: Rest, externalId: string): Promise<readonly z.infer<typeof Note>[]> {
  const call = {
    name: 'GET orders/*/notes',
    method: 'GET',
    path: `${pathOf(externalId)}/notes`,
    query: past({}),
  } as const;
  return (await rest(call, z.array(Note))).body;
}

/** A meta of its own for each thing that was done: WooCommerce keeps one value for each key. */
export function markOf(key: string): string {
  return `_syncflow_${key}`;
}

export function isMarked({ meta_data }: Pick<ShopOrder, 'meta_data'>, key: string): boolean {
  return meta_data.some((meta) => meta.key === markOf(key));
}

/** What stands at the end of a note, so that it is known again: notes have no metas. */
export function noteMark(key: string): string {
  return `[SyncFlow ${key.slice(0, 8)}]`;
}

/** Notes are cleaned of what looks like a tag when they are stored; the mark stays. */
export async function hasNote(rest: Rest, externalId: string, key: string): Promise<boolean> {
  return (await notesOf(rest, externalId)).some(({ note }) => note.includes(noteMark(key)));
}

/** Removes what `noteOnce` wrote under this key, for good: WooCommerce has no trash for notes. */
export async function removeNotes(rest: Rest, externalId: string, key: string): Promise<void> {
  for (const { id, note } of await notesOf(rest, externalId)) {
    if (!note.includes(noteMark(key))) continue;
    const path = `${pathOf(externalId)}/notes/${id}`;
    const query = { force: 'true' };
    await rest({ name: 'DELETE orders/*/notes/*', method: 'DELETE', path, query }, Note);
  }
}

/** Writes a note once. */
export async function noteOnce(
  rest: Rest,
  externalId: string,
  key: string,
  note: { readonly text: string; readonly forCustomer: boolean },
): Promise<void> {
  if (await hasNote(rest, externalId, key)) return;
  const body = { note: `${note.text} ${noteMark(key)}`, customer_note: note.forCustomer };
  await postTo(rest, externalId, 'notes', body);
}
