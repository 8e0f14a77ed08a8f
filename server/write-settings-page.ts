/** `npm run docs`: writes the reference pages that are made from code. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { settingsPage } from './settings-page.ts';

await writeFile(join(import.meta.dirname, '..', 'docs', 'reference', 'settings.md'), settingsPage());
