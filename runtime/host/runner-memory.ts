/**
 * How V8 shall deal with the memory of a runner. Left to itself it lets the heap grow to some four times of what is
 * alive before it collects, by the size of the machine and not by need: an import of 50,000 listings, of which 60 MB are
 * alive at any time, then took 450 MB. A limit of the heap (`--max-old-space-size`) is no remedy: it bounds the whole, so
 * that a runner with many clients would die of it, and below it nothing changes.
 *
 * - The heap is collected when it has grown by so many percent since the last time.
 * - Young objects get less room (V8's own: 16 MB): what lives as long as a page of listings gets old in it either way.
 */
export const RUNNER_V8_FLAGS = ['--heap-growing-percent=30', '--max-semi-space-size=8'] as const;
