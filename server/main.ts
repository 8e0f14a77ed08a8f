/** Starts SyncFlow as its settings say: builds the page if need be, and prints where it is. Loaded by start.ts alone. */
import { allClients } from '#runtime/clients/client-model.ts';
import { AddressRules } from '#runtime/outgoing/address-rules.ts';
import { guardOutgoing } from '#runtime/outgoing/guard.ts';
import { ensurePage } from './build-page.ts';
import { type Demo, startDemo } from './demo/demo.ts';
import { haveShops, openDemoShops } from './demo/demo-shops.ts';
import { outgoingAllowed, printable, readSettings, type Settings } from './settings.ts';
import { type SyncFlow, startSyncFlow } from './syncflow.ts';

const print = (text: string) => process.stdout.write(`${text}\n`);

try {
  await main();
} catch (error) {
  print(`\nSyncFlow could not start: ${error instanceof Error ? error.message : String(error)}\n`);
  // What was started before the failure must not live on by itself: half a SyncFlow would take webhooks and never run a flow.
  process.exit(1);
}

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  // Here, and not where a test starts SyncFlow inside its own process.
  guardOutgoing(new AddressRules(outgoingAllowed(settings)));
  await ensurePage(print);
  // Before the runner: its calls to shops that are not open yet would be told as trouble with them.
  const openShops = haveShops(settings.DATA_DIR) && mayHaveDemo(settings);
  const early = openShops ? await openDemoShops(settings.DATA_DIR) : undefined;
  const syncflow = await startSyncFlow(settings);
  syncflow.log.debug({ settings: printable(settings) }, 'settings');
  stopOnSignals(syncflow, undefined);
  const wanted = await wantsDemo(settings, syncflow);
  if (!wanted) await early?.close();
  const demo = wanted
    ? await startDemo(syncflow, early ?? (await openDemoShops(settings.DATA_DIR)))
    : undefined;
  stopOnSignals(syncflow, demo);
  print(welcome(`${syncflow.url}/signin?token=${syncflow.auth.signInLink.make()}`, demo !== undefined));
}

function mayHaveDemo(settings: Settings): boolean {
  if (settings.DEMO !== 'auto') return settings.DEMO === 'on';
  // Its shops are on this machine, and where others can reach SyncFlow nothing leads there.
  return outgoingAllowed(settings).includes('loopback');
}

async function wantsDemo(settings: Settings, { database }: SyncFlow): Promise<boolean> {
  if (settings.DEMO === 'on') return true;
  if (!mayHaveDemo(settings)) return false;
  return (await allClients(database.models)).every(({ demo }) => demo);
}

function welcome(link: string, demo: boolean): string {
  const lines = [
    '',
    '  SyncFlow is running. Open this link to sign in (it works once):',
    '',
    `    ${link}`,
    '',
    ...(demo
      ? ['  A demo with two sandbox shops is on: within half a minute both sell the same last unit.']
      : []),
    '  Stop with Ctrl-C. Everything is kept for the next start.',
    '',
  ];
  return lines.join('\n');
}

function stopOnSignals(syncflow: SyncFlow, demo: Demo | undefined): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.removeAllListeners(signal);
    process.once(signal, () => {
      print('\n  Stopping: what runs is finished first.');
      void (async () => {
        await demo?.stop();
        await syncflow.stop();
        process.exit(0);
      })();
    });
  }
}
