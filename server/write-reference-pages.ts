/** `npm run docs`: writes the reference pages that are made from code. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorsPage } from './errors-page.ts';
import { settingsPage } from './settings-page.ts';

const REFERENCE = join(import.meta.dirname, '..', 'docs', 'reference');
await writeFile(join(REFERENCE, 'settings.md'), settingsPage());
await writeFile(join(REFERENCE, 'errors.md'), errorsPage());
