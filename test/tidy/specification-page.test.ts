import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { exceptionsText } from '#runtime/database/embedded/spec/exceptions-text.ts';

const PAGE = join(import.meta.dirname, '../../docs/reference/embedded-database-specifications.md');

test('the documentation lists every specification test that does not pass, with its reason, and no other', () => {
  const [, list] = readFileSync(PAGE, 'utf8').split('one that is in it and passes.\n\n');
  expect(list).toBe(exceptionsText());
});
