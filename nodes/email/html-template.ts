/**
 * The one look of our emails: a card on a quiet ground, light or dark as the reader's program is. Tables and inline styles,
 * as mail programs know little else; the dark colours stand in a style sheet, which those that are dark also read.
 */
import type { MailContent } from '#runtime/outbox/mail.ts';
import { escapeHtml } from './escape-html.ts';

interface Tone {
  readonly colour: string;
  readonly dark: string;
  readonly word: string;
}

const TONES: Readonly<Record<MailContent['tone'], Tone>> = {
  info: { colour: '#475569', dark: '#a3b2c7', word: 'Note' },
  good: { colour: '#15803d', dark: '#4ade80', word: 'All clear' },
  warning: { colour: '#b45309', dark: '#fbbf24', word: 'Warning' },
  urgent: { colour: '#b91c1c', dark: '#f98080', word: 'Urgent' },
};
const FONT = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const darkOf = (tone: string): string => `
@media (prefers-color-scheme: dark) {
  .ground { background: #0f1115 !important; }
  .card { background: #1a1d23 !important; border-color: #2d323b !important; }
  .ink { color: #e8eaed !important; }
  .quiet { color: #a3aab5 !important; }
  .line { border-color: #2d323b !important; }
  .button { background: #e8eaed !important; color: #0f1115 !important; }
  .tone { color: ${tone} !important; }
  .card { border-top-color: ${tone} !important; }
}`;

/** The whole document. All content is escaped: nothing in it becomes markup. */
export function htmlOf(subject: string, content: MailContent): string {
  const { tone, heading, paragraphs, facts, action, footer } = content;
  const { colour, dark, word } = TONES[tone];
  const preview = escapeHtml(paragraphs[0] ?? heading).slice(0, 150);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(subject)}</title>
<style>:root { color-scheme: light dark; }${darkOf(dark)}</style>
</head>
<body class="ground" style="margin:0;padding:0;background:#f3f4f6;">
<div style="display:none;max-height:0;overflow:hidden;">${preview}</div>
<table role="presentation" width="100%" cellspacing="0" cellpadding="0" class="ground" style="background:#f3f4f6;">
<tr><td align="center" style="padding:24px 12px;">
<table role="presentation" width="100%" cellspacing="0" cellpadding="0" class="card" style="max-width:560px;background:#ffffff;border:1px solid #e2e5ea;border-top:4px solid ${colour};border-radius:8px;${FONT};">
<tr><td style="padding:28px 28px 24px;text-align:left;">
<p class="tone" style="margin:0 0 6px;font-size:13px;font-weight:600;color:${colour};">${word}</p>
<h1 class="ink" style="margin:0 0 14px;font-size:20px;line-height:1.3;color:#15181d;">${escapeHtml(heading)}</h1>
${paragraphs.map(paragraphOf).join('\n')}
${facts.length > 0 ? tableOf(facts) : ''}
${action ? buttonOf(action) : ''}
</td></tr>
</table>
<table role="presentation" width="100%" cellspacing="0" cellpadding="0" style="max-width:560px;${FONT};">
<tr><td class="quiet" style="padding:16px 28px;font-size:12px;line-height:1.5;color:#667085;text-align:left;">${escapeHtml(footer)}</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`;
}

const paragraphOf = (text: string): string =>
  `<p class="ink" style="margin:0 0 12px;font-size:15px;line-height:1.5;color:#2b3038;">${escapeHtml(text).replaceAll('\n', '<br>')}</p>`;

function tableOf(facts: MailContent['facts']): string {
  const rows = facts.map(
    ({ label, value }) =>
      `<tr><td class="quiet line" style="padding:7px 16px 7px 0;border-top:1px solid #e2e5ea;font-size:14px;color:#667085;vertical-align:top;white-space:nowrap;">${escapeHtml(label)}</td><td class="ink line" style="padding:7px 0;border-top:1px solid #e2e5ea;font-size:14px;line-height:1.4;color:#15181d;vertical-align:top;">${escapeHtml(value)}</td></tr>`,
  );
  return `<table role="presentation" width="100%" cellspacing="0" cellpadding="0" style="margin:4px 0 16px;">${rows.join('')}</table>`;
}

const buttonOf = ({ text, url }: NonNullable<MailContent['action']>): string =>
  `<p style="margin:8px 0 0;"><a class="button" href="${escapeHtml(url)}" style="display:inline-block;padding:10px 18px;border-radius:6px;background:#15181d;color:#ffffff;font-size:15px;font-weight:600;text-decoration:none;">${escapeHtml(text)}</a></p>`;
