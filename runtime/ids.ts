/**
 * Branded ids: a ClientId can't be passed where a ConnectionId is wanted. Each is also its own border
 * check: `ClientId.parse(text)` throws a ZodError on anything that is not one.
 */
import { z } from 'zod';

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, - or _');

/** A merchant whose stock and orders we keep; every document of a client's data carries it. */
export const ClientId = id.brand<'ClientId'>();
export type ClientId = z.infer<typeof ClientId>;

/** An agency: the clients that it looks after, and the people who do. */
export const AgencyId = id.brand<'AgencyId'>();
export type AgencyId = z.infer<typeof AgencyId>;
/** The agency of an installation that has only one. */
export const HOME_AGENCY = AgencyId.parse('home');

/** Somebody who signs in. */
export const PersonId = id.brand<'PersonId'>();
export type PersonId = z.infer<typeof PersonId>;

/** One account at a channel or service (a shop, a seller account, a mail server). */
export const ConnectionId = id.brand<'ConnectionId'>();
export type ConnectionId = z.infer<typeof ConnectionId>;

/** One pipeline of a client: a graph of typed nodes. */
export const PipelineId = id.brand<'PipelineId'>();
export type PipelineId = z.infer<typeof PipelineId>;

/** A place where stock lies. A client who never named one has the single location `main`. */
export const LocationId = id.brand<'LocationId'>();
export type LocationId = z.infer<typeof LocationId>;
export const MAIN_LOCATION = LocationId.parse('main');

/** A stock-keeping unit, exactly as the merchant writes it: case and inner spaces count. At most 255 characters. */
export const Sku = z
  .string()
  .min(1, 'a SKU has at least one character')
  .max(255, 'a SKU has at most 255 characters')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it keeps out
  .regex(/^[^\u0000-\u001f\u007f]+$/, 'a SKU has no control characters')
  .brand<'Sku'>();
export type Sku = z.infer<typeof Sku>;

/** One order of one connection: `<connection>:order:<the channel's own order id>`. */
export const OrderId = z.string().min(1).max(200).brand<'OrderId'>();
export type OrderId = z.infer<typeof OrderId>;

/** The id that we give to an order of a channel. The same order always gets the same id. */
export function orderIdOf(connectionId: ConnectionId, externalId: string): OrderId {
  return OrderId.parse(`${connectionId}:order:${externalId}`);
}
