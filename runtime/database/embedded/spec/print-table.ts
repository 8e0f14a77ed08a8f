/**
 * Prints how the specifications fare, as Markdown for docs/reference/embedded-database.md:
 * `node runtime/database/embedded/spec/print-table.ts [suite…]`. What is not as it should be goes to stderr.
 */
import { REASONS } from './exceptions.ts';
import { startSpecServer } from './spec-server.ts';
import { isPresent, SPECIFICATIONS } from './specification.ts';
import { runSuite, SUITES, shareOf } from './suites.ts';

if (!isPresent()) throw new Error(`MongoDB's specifications are not in ${SPECIFICATIONS}`);
const suites = process.argv.slice(2);
const server = await startSpecServer();
const write = (cells: readonly unknown[]): boolean => process.stdout.write(`| ${cells.join(' | ')} |\n`);
write(['suite', 'cases', 'for other servers', 'passed', 'share', ...REASONS]);
write(Array.from({ length: 5 + REASONS.length }, (_, column) => (column === 0 ? '---' : '--:')));
for (const suite of suites.length > 0 ? suites : Object.keys(SUITES)) {
  const result = await runSuite(suite, server);
  const share = `${Math.floor(shareOf(result) * 1000) / 10} %`;
  const reasons = REASONS.map((reason) => result.excepted.get(reason) ?? '');
  write([suite, result.cases, result.elsewhere, result.passed, share, ...reasons]);
  for (const failure of result.failures) process.stderr.write(`${suite} fails: ${failure}\n`);
  for (const id of result.wronglyListed) process.stderr.write(`${suite} lists, but it passes: ${id}\n`);
}
await server.stop();
