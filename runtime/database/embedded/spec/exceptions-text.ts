/** The list of exceptions as Markdown, for the documentation; a test holds the page to it. */
import { EXCEPTIONS, REASONS } from './exceptions.ts';

/** One list for each suite: every case that does not pass, under its reason. */
export function exceptionsText(): string {
  return Object.entries(EXCEPTIONS)
    .map(([suite, byReason]) => {
      const lists = REASONS.flatMap((reason) => {
        const cases = byReason[reason] ?? [];
        return cases.length === 0 ? [] : [`${capitalised(reason)}:\n\n${cases.map(item).join('\n')}\n`];
      });
      return `### ${suite}\n\n${lists.join('\n')}`;
    })
    .join('\n');
}

/** `file: *` stands for all cases of a file. */
function item(id: string): string {
  return `- ${id.endsWith(': *') ? `all of ${id.slice(0, -3)}` : id}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
