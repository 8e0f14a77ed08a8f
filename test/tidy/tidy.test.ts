/** Keeps the repository in order: sizes, names, leftovers, links, a README in each room. */

import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { codeFiles, ROOT, textOf, trackedFiles } from './source-files.ts';

const LINES_MAX = 300;
const TEST_LINES_MAX = 600;
const BYTES_MAX = 300_000;
/** Large for a reason: see its README. */
const LARGE_FILES = ['server/sample-orders/online-retail-2000.csv.gz', 'package-lock.json'];
const NAMES_THAT_SAY_NOTHING = /(^|[-/])(utils?|helpers?|manager|misc|common|stuff)([-./]|$)/;
const LEFTOVERS =
  /\b(TODO|FIXME|XXX|HACK)\b|@ts-ignore|@ts-nocheck|\bas any\b|console\.log|\b(test|describe|it)\.(only|skip)\(|\bdebugger;/;

/** Skip with a message where a vendor's schema can't be had: the npm registry is out of reach, ../shared is absent. */
const MAY_SKIP = ['test/contracts/shopify-schema.test.ts', 'test/contracts/services-schema.test.ts'];

const files = trackedFiles();
const code = codeFiles();
const lines = new Map(code.map((file) => [file, textOf(file).split('\n').length]));

describe('files', () => {
  test('have at most 300 lines (tests: few and fat, at most 600), and 95 of 100 at most 250', () => {
    const most = (file: string) => (file.endsWith('.test.ts') ? TEST_LINES_MAX : LINES_MAX) + 1;
    expect(code.filter((file) => (lines.get(file) ?? 0) > most(file))).toEqual([]);
    const over = [...lines].filter(([, count]) => count > 251);
    expect(over.length / code.length).toBeLessThanOrEqual(0.05);
  });

  test('have a median of at most 100 lines', () => {
    const sorted = [...lines.values()].sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(100);
  });

  test('are not large, but for those that say why', () => {
    const large = files.filter(
      (file) => existsSync(join(ROOT, file)) && statSync(join(ROOT, file)).size > BYTES_MAX,
    );
    expect(large.filter((file) => !LARGE_FILES.includes(file) && !file.startsWith('docs/'))).toEqual([]);
  });

  test('have names that say what is in them, in kebab-case', () => {
    expect(files.filter((file) => NAMES_THAT_SAY_NOTHING.test(file))).toEqual([]);
    expect(code.filter((file) => !/^[a-z0-9./-]+$/.test(file))).toEqual([]);
  });

  test('hold no leftovers', () => {
    const found = code.filter(
      (file) => !MAY_SKIP.includes(file) && !file.startsWith('test/tidy/') && LEFTOVERS.test(textOf(file)),
    );
    expect(found).toEqual([]);
  });

  test('of code begin with a comment or say in their first export what they are for', () => {
    const silent = code.filter((file) => {
      const text = textOf(file);
      return !isTestOrConfig(file) && !/\/\*\*[\s\S]*?\*\//.test(text);
    });
    expect(silent).toEqual([]);
  });
});

describe('folders', () => {
  test('each room and each folder right below runtime, nodes and server says what lives there', () => {
    const folders = new Set(
      files
        .filter((file) => /^(runtime|nodes|server)\/[^/]+\//.test(file))
        .map((file) => file.split('/').slice(0, 2).join('/')),
    );
    for (const room of ['runtime', 'nodes', 'templates', 'server', 'editor', 'test']) folders.add(room);
    expect([...folders].filter((folder) => !files.includes(`${folder}/README.md`))).toEqual([]);
  });

  test('at the top level are few', () => {
    const top = new Set(files.map((file) => file.split('/')[0]));
    expect(top.size).toBeLessThanOrEqual(24);
  });
});

describe('documents', () => {
  const documents = files.filter((file) => file.endsWith('.md') && existsSync(join(ROOT, file)));

  test('link only to files that exist', () => {
    const broken = documents.flatMap((file) =>
      [...textOf(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !existsSync(join(ROOT, dirname(file), target)))
        .map((target) => `${file} → ${target}`),
    );
    expect(broken).toEqual([]);
  });

  test('do not promise greyed "coming soon" things', () => {
    expect(documents.filter((file) => /coming soon/i.test(textOf(file)))).toEqual([]);
  });
});

function isTestOrConfig(file: string): boolean {
  return /\.test\.ts$|\.config\.[jt]s$|^editor\//.test(file);
}
