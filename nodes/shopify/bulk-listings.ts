/**
 * Listings by a bulk query: Shopify writes them to a file, a line for each variant. Facts: shopify.dev,
 * api/usage/bulk-operations/queries. Partner-built apps may have bulk queries switched off (changelog of 2026-11-06),
 * and five operations at most run at a time: the caller then reads page by page.
 */
import { z } from 'zod';
import { Rejected, Retryable } from '#runtime/errors.ts';
import type { ListingPage } from '#runtime/sync/channel.ts';
import { isLoopback } from './address.ts';
import type { KeptLocation } from './kept-locations.ts';
import { isListed, listingOf } from './listing-of.ts';
import { bulkListingQuery, bulkState, runBulkQuery, VariantRow } from './operations/listing-operations.ts';
import type { Transport } from './transport.ts';

export const BulkCursor = z.object({
  kind: z.literal('bulk'),
  location: z.string(),
  operation: z.string(),
  /** Bytes of the file that were read. */
  offset: z.int(),
  total: z.int(),
  /** When it was asked for, in milliseconds: no count in the file is older. Absent in cursors of before this was kept. */
  askedAt: z.int().exactOptional(),
});
export type BulkCursor = z.infer<typeof BulkCursor>;

const TIMEOUT_MS = 60_000;
const WAIT_MS = 1_000;
/** The share of the whole that is done when the file is written. */
const WRITTEN_SHARE = 0.5;
const ENDED_BADLY: ReadonlySet<string> = new Set(['CANCELED', 'CANCELING', 'EXPIRED', 'FAILED']);

/** null: Shopify does not run it now, or not for this app. */
export async function startBulk(
  transport: Transport,
  location: string,
  total: number,
): Promise<BulkCursor | null> {
  const askedAt = Date.now();
  try {
    const { bulkOperationRunQuery: run } = await transport(runBulkQuery, {
      query: bulkListingQuery(location),
    });
    const operation = run?.bulkOperation?.id;
    return operation ? { kind: 'bulk', location, operation, offset: 0, total, askedAt } : null;
  } catch (error) {
    if (error instanceof Rejected && error.code === 'far-side.rights') return null;
    throw error;
  }
}

/** The next part of the file; nothing yet while it is being written; null: there will be none. */
export async function bulkPage(
  transport: Transport,
  baseUrl: string,
  at: BulkCursor,
  place: KeptLocation,
  partBytes: number,
): Promise<ListingPage | null> {
  const { bulkOperation: state } = await transport(bulkState, { id: at.operation });
  if (!state || ENDED_BADLY.has(state.status)) return null;
  if (state.status !== 'COMPLETED') {
    // Nobody is served by asking more often.
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    const progress = (WRITTEN_SHARE * state.objectCount) / Math.max(1, state.objectCount, at.total);
    return { listings: [], next: JSON.stringify(at), progress };
  }
  // An empty result has no file.
  if (!state.url) return { listings: [], next: null, progress: 1 };
  const part = await download(state.url, baseUrl, at.offset, partBytes);
  if (!part) return null;
  const rows = part.lines.map((line) => VariantRow.parse(JSON.parse(line)));
  const listings = rows.filter(isListed).map((row) => listingOf(row, place));
  const offset = at.offset + part.bytes;
  const share = offset / Math.max(1, part.size);
  return {
    listings,
    next: offset >= part.size ? null : JSON.stringify({ ...at, offset } satisfies BulkCursor),
    progress: WRITTEN_SHARE + (1 - WRITTEN_SHARE) * share,
    ...(at.askedAt !== undefined && { asOf: new Date(at.askedAt) }),
  };
}

interface Part {
  readonly lines: readonly string[];
  /** Bytes of these lines. */
  readonly bytes: number;
  readonly size: number;
}

/** Whole lines from a byte on; null: the file is gone (it is kept for seven days). */
async function download(
  url: string,
  baseUrl: string,
  offset: number,
  partBytes: number,
): Promise<Part | null> {
  checkFileAddress(url, baseUrl);
  const range = `bytes=${offset}-${offset + partBytes - 1}`;
  const response = await fetch(url, {
    // The file lies at a storage service: our token is not for it.
    headers: { range, 'user-agent': 'SyncFlow' },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: unknown) => {
    throw new Retryable('The file with the listings could not be fetched from Shopify.', {
      code: 'far-side.unreachable',
      cause: error,
    });
  });
  if ([403, 404, 410].includes(response.status)) {
    await response.body?.cancel();
    return null;
  }
  const size = Number(/\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1]);
  if (response.status !== 206 || !Number.isSafeInteger(size)) {
    await response.body?.cancel();
    throw new Retryable(`The file with the listings was answered with status ${response.status}.`, {
      code: 'far-side.unavailable',
    });
  }
  const bytes = Buffer.from(await response.arrayBuffer());
  const end = offset + bytes.length >= size ? bytes.length : bytes.lastIndexOf('\n') + 1;
  if (end === 0) throw new Error(`a line of more than ${partBytes} bytes in a bulk file`);
  const lines = bytes
    .subarray(0, end)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
  return { lines, bytes: end, size };
}

/** The address comes from Shopify over TLS; http is for a sandbox on this machine alone. */
function checkFileAddress(url: string, baseUrl: string): void {
  const address = new URL(url);
  if (address.protocol === 'https:' || (isLoopback(address) && isLoopback(new URL(baseUrl)))) return;
  throw new Error("Shopify's bulk file lies at an address without https");
}
