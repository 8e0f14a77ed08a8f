/** docs/reference/settings.md, made from the settings' schema; a test holds the file to it. */
import { z } from 'zod';
import { Settings } from './settings.ts';

export function settingsPage(): string {
  const schema = z.toJSONSchema(Settings, { io: 'input' });
  const rows = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    if (typeof property === 'boolean') return `| \`${name}\` | | |`;
    const values = property.enum ? ` One of ${property.enum.map((value) => `\`${value}\``).join(', ')}.` : '';
    const otherwise = property.default === undefined ? '' : `\`${property.default}\``;
    return `| \`${name}\` | ${otherwise} | ${property.description ?? ''}${values} |`;
  });
  return [
    '# Settings',
    '',
    'Environment variables, read at start. Each has a default that works. (Made from `server/settings.ts` by',
    '`npm run docs`.)',
    '',
    '| name | default | meaning |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
