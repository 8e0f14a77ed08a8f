/** Measures, inside the shops, how long a sale in one takes to lower the count in the other. */
import type { SandboxCountChange } from '#nodes/kit/sandbox.ts';
import type { Lags } from './messages.ts';

interface Waiting {
  /** `<shop> <order id> <sku>` */
  readonly line: string;
  readonly atMs: number;
}

export class LagWatch {
  /** Sales that the other shop has not heard of: by that other shop, by SKU. */
  readonly #waiting: readonly Map<string, Waiting[]>[] = [new Map(), new Map()];
  readonly #samples: { readonly line: string; readonly ms: number }[] = [];

  /** A count in a shop has changed: by a sale, which the other shop must hear of, or by us, which answers all sales before. */
  changed(shop: number, { sku, cause, atMs, orderId }: SandboxCountChange): void {
    if (cause === 'sale') {
      const other = this.#waiting[1 - shop];
      const waiting = other?.get(sku) ?? [];
      waiting.push({ line: `${shop} ${orderId} ${sku}`, atMs });
      other?.set(sku, waiting);
    } else if (cause === 'api') {
      for (const { line, atMs: soldMs } of this.#waiting[shop]?.get(sku) ?? []) {
        this.#samples.push({ line, ms: atMs - soldMs });
      }
      this.#waiting[shop]?.delete(sku);
    }
  }

  /** The lags of all sales but those of lines that were held back: these change nothing, and nothing answers them. */
  result(shortLines: ReadonlySet<string>): Lags {
    const ms = this.#samples
      .filter(({ line }) => !shortLines.has(line))
      .map((sample) => sample.ms)
      .sort((a, b) => a - b);
    const at = (quantile: number) =>
      Math.round(ms[Math.min(ms.length - 1, Math.floor(ms.length * quantile))] ?? 0);
    const unanswered = this.#waiting
      .flatMap((shop) => [...shop.values()].flat())
      .filter(({ line }) => !shortLines.has(line)).length;
    return { samples: ms.length, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), maxMs: at(1), unanswered };
  }
}
