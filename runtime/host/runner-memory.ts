/**
 * How V8 shall deal with the memory of a runner. Left to itself it lets the heap grow to some four times of what is
 * alive before it collects, by the size of the machine and not by need: an import of 50,000 listings, of which 60 MB are
 * alive at any time, then took 450 MB. A limit of the heap (`--max-old-space-size`) is no remedy: it bounds the whole, so
 * that a runner with many clients would die of it, and below it nothing changes.
 *
 * - The heap is collected when it has grown by so many percent since the last time. With 30 a fifth of a busy runner's
 *   processor time went into collecting (a replay of 400 invoices: 31 s; with 60, 27 s; with 100, 25 s, but then the import
 *   of 50,000 listings takes more than the 300 MB that it may).
 * - Young objects get less room (V8's own: 16 MB): what lives as long as a page of listings gets old in it either way.
 */
export const RUNNER_V8_FLAGS = ['--heap-growing-percent=60', '--max-semi-space-size=8'] as const;
