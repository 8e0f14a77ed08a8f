/** The plain text of an email: for programs that show no HTML, and people who want none. */
import type { MailContent } from '#runtime/outbox/mail.ts';

export function textOf({ heading, paragraphs, facts, action, footer }: MailContent): string {
  const table = facts.map(({ label, value }) => `${label}: ${value}`).join('\n');
  return `${[heading, ...paragraphs, table, action ? `${action.text}: ${action.url}` : '', `-- \n${footer}`]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}
