/** A replay's report as Markdown: for the terminal, and for docs/reference/replay.md. */
import { isClean, type ReplayReport } from './report.ts';

const SHOWN_MAX = 10;

export function reportText(report: ReplayReport): string {
  const { machine, sent, captured, lost, doubled, shortages, agree, throughput, lags } = report;
  const number = (value: number) => Math.round(value).toLocaleString('en-GB');
  const rows: readonly (readonly [string, string])[] = [
    ['invoices read (lines)', `${number(report.invoices)} (${number(report.lines)})`],
    ['orders sent (lines)', `${number(sent.orders)} (${number(sent.lines)})`],
    ['orders captured (lines)', `${number(captured.orders)} (${number(captured.lines)})`],
    ['refunds with restock', number(sent.refunds)],
    [
      'corrections by hand (refused below zero)',
      `${number(sent.corrections)} (${number(sent.correctionsRefused)})`,
    ],
    ['returned lines without a sale in the data', number(report.returnsWithoutSale)],
    ['invoices without goods', number(report.accounting)],
    ['**lost** orders, lines', `**${number(lost.orders)}, ${number(lost.lines)}**`],
    ['**doubled** orders, units', `**${number(doubled.orders)}, ${number(doubled.units)}**`],
    [
      'shortages (share of lines)',
      `${number(shortages.lines)} (${(shortages.shareOfLines * 100).toFixed(2)} %)`,
    ],
    [
      '… held for a person; withdrawn by a refund',
      `${number(shortages.held)}; ${number(shortages.withdrawn)}`,
    ],
    ['SKUs compared; movements summed', `${number(agree.skus)}; ${number(agree.movements)}`],
    ['deviations in the ledger', number(agree.ledgerDeviations.length)],
    ['deviations in the two shops', number(agree.shopDeviations.length)],
    ['dead letters', number(report.deadLetters)],
    ['runner restarts', number(report.runnerRestarts)],
    ['time', `${(report.seconds / 60).toFixed(1)} min`],
    [
      'throughput',
      `${throughput.ordersPerSecond.toFixed(1)} orders/s, ${throughput.linesPerSecond.toFixed(0)} lines/s`,
    ],
    [
      'lag from a sale to the changed count in the other shop',
      `p50 ${number(lags.p50Ms)} ms, p95 ${number(lags.p95Ms)} ms, p99 ${number(lags.p99Ms)} ms, max ${number(lags.maxMs)} ms (${number(lags.samples)} sales)`,
    ],
    ['sales that a return at the same moment made invisible', number(lags.unanswered)],
    [
      'machine',
      `${machine.cores} cores (${machine.processor}), ${machine.memoryGb} GB, Node ${machine.node}`,
    ],
  ];
  const examples = [...lost.examples, ...agree.ledgerDeviations, ...agree.shopDeviations].slice(0, SHOWN_MAX);
  return [
    `Verdict: ${isClean(report) ? '**nothing lost, nothing doubled, everything agrees**' : '**NOT CLEAN**'}`,
    '',
    '| what | figure |',
    '| --- | --- |',
    ...rows.map(([what, figure]) => `| ${what} | ${figure} |`),
    ...(examples.length > 0
      ? ['', 'Deviations, the first of them:', '', ...examples.map((text) => `- ${text}`)]
      : []),
    '',
  ].join('\n');
}
