/** The event `connection.notice`: what a channel tells of our access to it, and of what people ask under privacy laws. */
import { z } from 'zod';

/** The channel's own ids. */
const Ids = z.array(z.string().min(1).max(100));

export const ConnectionNotice = z.discriminatedUnion('kind', [
  /** Our app was taken out of the shop: the keys are dead, unless it was put in again meanwhile. */
  z.object({ kind: z.literal('uninstalled') }),
  /** The merchant has given or taken rights. */
  z.object({ kind: z.literal('rights-changed') }),
  /** A customer asks what is kept of them: the merchant has to be given it. */
  z.object({
    kind: z.literal('customer-data-request'),
    request: z.string().max(100).nullable(),
    customer: z.string().max(100).nullable(),
    orders: Ids,
  }),
  /** A customer's data has to go. */
  z.object({ kind: z.literal('customer-redact'), customer: z.string().max(100).nullable(), orders: Ids }),
  /** The shop left us some time ago: everything of it has to go. */
  z.object({ kind: z.literal('shop-redact') }),
]);
export type ConnectionNotice = z.infer<typeof ConnectionNotice>;

export function connectionNoticeBody(notice: ConnectionNotice): Buffer {
  return Buffer.from(JSON.stringify(notice));
}

/** @throws {ZodError} or {SyntaxError} on anything that `connectionNoticeBody` did not write. */
export function readConnectionNotice(body: Buffer): ConnectionNotice {
  return ConnectionNotice.parse(JSON.parse(body.toString('utf8')));
}
