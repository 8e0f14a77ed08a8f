/** The event `listing.changed`: a product was made, changed or deleted in a shop. It is read again when its turn comes. */
import { z } from 'zod';

const ListingNews = z.object({
  /** The channel's own id of the product, as its client understands it. */
  product: z.string().min(1).max(300),
  /** What the refs of this product's listings hold, so that those of a deleted one are found. */
  ref: z.record(z.string().regex(/^\w{1,40}$/), z.string().max(300)),
});
export type ListingNews = z.infer<typeof ListingNews>;

export function listingNewsBody(news: ListingNews): Buffer {
  return Buffer.from(JSON.stringify(news));
}

/** @throws {ZodError} or {SyntaxError} on anything that `listingNewsBody` did not write. */
export function readListingNews(body: Buffer): ListingNews {
  return ListingNews.parse(JSON.parse(body.toString('utf8')));
}
