/** docs/reference/errors.md, made from the registry of errors; a test holds the file to it. */
import { type Actor, ERRORS } from '#runtime/errors.ts';

const WHO: Readonly<Record<Actor, string>> = {
  system: 'SyncFlow by itself',
  merchant: 'you, in the shop or the connection',
  operator: 'who runs SyncFlow',
  author: 'who made the flow or the node',
};

export function errorsPage(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, { who, retry, sentence }]) =>
      `| \`${code}\` | ${WHO[who]} | ${retry ? 'yes' : 'no'} | ${sentence} |`,
  );
  return [
    '# Errors',
    '',
    'Every failed event, run or message has a code, a reason with the particulars, and where only a person can help, what to',
    'do. What is tried again by itself is tried for about 17 hours, longer when the far side asks. (Made from',
    '`runtime/errors.ts` by `npm run docs`.)',
    '',
    '| code | who can end it | tried again | meaning |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
