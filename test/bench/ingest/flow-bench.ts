/** Orders a second from a shop's webhook to the count in the other shop, and how long that takes at half the load. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClientId, ConnectionId } from '#runtime/ids.ts';
import { setUpShops, subscribeShops } from '#server/demo/set-up-shops.ts';
import { Settings } from '#server/settings.ts';
import { startSyncFlow } from '#server/syncflow.ts';
import { fillIn } from '#templates/define-template.ts';
import { keepStockInStep } from '#templates/keep-stock-in-step.ts';
import type { FromFlowShops, ToFlowShops } from './flow-messages.ts';

const CLIENT = { id: ClientId.parse('bench'), name: 'Bench', demo: false } as const;
const SKUS = 2_000;
const WARM_UP_SECONDS = 5;
const AT_ONCE = 48;

/** @returns lines of Markdown. */
export async function flowBench(seconds: number): Promise<string[]> {
  const dataDir = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'syncflow-bench-flow-'));
  const child = fork(join(import.meta.dirname, 'flow-shops.ts'), [], {
    env: { PATH: process.env.PATH ?? '', SKUS: String(SKUS) },
    serialization: 'advanced',
  });
  const told = async () => ((await once(child, 'message')) as [FromFlowShops])[0];
  const first = await told();
  const syncflow = await startSyncFlow(
    Settings.parse({ PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'warn', DEMO: 'off' }),
  );
  try {
    if (first.kind !== 'open') throw new Error('the shops did not open');
    const shops = first.accounts.map((account, index) => ({
      id: ConnectionId.parse(`bench-${index}`),
      name: `Bench ${index}`,
      channel: index === 0 ? 'shopify' : 'woocommerce',
      countingAuthority: index === 0,
      account,
    }));
    await setUpShops(syncflow, CLIENT, shops, [fillIn(keepStockInStep, {})]);
    syncflow.reload(CLIENT.id);
    await subscribeShops(syncflow, shops);
    const sell = async (perSecond: number | null, forSeconds: number) => {
      child.send({ kind: 'sell', seconds: forSeconds, perSecond, atOnce: AT_ONCE } satisfies ToFlowShops);
      const sold = await told();
      if (sold.kind !== 'sold') throw new Error('the shops did not sell');
      return sold;
    };
    await sell(null, WARM_UP_SECONDS);
    const full = await sell(null, seconds);
    const half = await sell(full.perSecond / 2, seconds);
    const row = (load: string, { orders, perSecond, p50Ms, p99Ms, maxMs }: typeof full) =>
      `| ${load} | ${orders} | ${perSecond.toFixed(1)} | ${p50Ms.toFixed(0)} ms | ${p99Ms.toFixed(0)} ms | ${maxMs.toFixed(0)} ms |`;
    return [
      '| load | orders of two lines | orders a second | p50 | p99 | slowest |',
      '| --- | ---: | ---: | ---: | ---: | ---: |',
      row(`as fast as they are answered, ${AT_ONCE} at once`, full),
      row('half of that, steady', half),
    ];
  } finally {
    child.send({ kind: 'close' } satisfies ToFlowShops, () => {});
    await syncflow.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
