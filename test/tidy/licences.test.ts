/** Every package that comes with SyncFlow, or makes it, may be used and handed on under Apache-2.0. */
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { textOf } from './source-files.ts';

/** By their SPDX ids: they ask for no more than their text and the names of their authors. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
]);

/** Others, each with the reason why it may be here all the same. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'argparse Python-2.0': 'the licence of Python is permissive',
  'npm Artistic-2.0': 'comes with Node-RED’s registry as a program of its own, unchanged',
  'spdx-exceptions CC-BY-3.0': 'a list of names, unchanged, with its author named in it',
  'busboy NONE': 'MIT by its file LICENSE; an old form in its package.json',
  'streamsearch NONE': 'MIT by its file LICENSE; an old form in its package.json',
  'qrcode-terminal NONE': 'Apache-2.0 by its file LICENSE; an old form in its package.json',
  // Of what only builds and tests, nothing is handed on.
  'xmlhttprequest-ssl NONE': 'for tests only; MIT by its file LICENSE',
  'caniuse-lite CC-BY-4.0': 'for builds only; data',
  'axe-core MPL-2.0': 'for tests only',
  'lightningcss MPL-2.0': 'for builds only',
};

const Lock = z.object({
  packages: z.record(z.string(), z.object({ license: z.string().optional(), dev: z.boolean().optional() })),
});
const packages = Object.entries(Lock.parse(JSON.parse(textOf('package-lock.json'))).packages)
  .filter(([path]) => path !== '')
  .map(([path, { license = 'NONE', dev = false }]) => {
    const name = path.split('node_modules/').at(-1) ?? path;
    // A program for each system, under the licence of the package that it belongs to.
    return { name: name.replace(/^(lightningcss)-.*/, '$1'), license, dev };
  });

/** `(MIT OR GPL-3.0) AND ISC`: what can be chosen, or must be kept together. Brackets only ever surround a choice. */
function mayBeUsed(expression: string): boolean {
  return expression.split(' AND ').every((part) =>
    part
      .replaceAll(/[()]/g, '')
      .split(' OR ')
      .some((id) => ALLOWED.has(id)),
  );
}

test('each has a licence that goes with ours, or a reason', () => {
  expect(packages.length).toBeGreaterThan(500);
  const others = packages.filter(
    ({ name, license }) => !mayBeUsed(license) && !(`${name} ${license}` in EXCEPTIONS),
  );
  expect(others).toEqual([]);
});

test('each reason is still needed, and what is for builds and tests only is not handed on', () => {
  const found = new Map(packages.map((one) => [`${one.name} ${one.license}`, one]));
  for (const [what, reason] of Object.entries(EXCEPTIONS)) {
    expect({ what, there: found.has(what) }).toEqual({ what, there: true });
    if (/^for (tests|builds) only/.test(reason))
      expect(packages.filter(({ name, dev }) => !dev && what.startsWith(`${name} `))).toEqual([]);
  }
});

test.each([
  ['MIT', true],
  ['(MIT OR GPL-3.0-only)', true],
  ['GPL-3.0-only', false],
  ['Apache-2.0 AND MIT', true],
  ['Apache-2.0 AND GPL-2.0-only', false],
  ['SEE LICENSE IN file', false],
  ['NONE', false],
])('a package under "%s" may be used: %j', (expression, allowed) => {
  expect(mayBeUsed(expression)).toBe(allowed);
});
