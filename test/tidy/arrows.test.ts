/**
 * The arrows of the house: editor → (HTTP) → server → runtime ← nodes ← templates. The server puts all of them
 * together, so it may import from every room; nothing imports the server.
 */

import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { codeFiles, textOf } from './source-files.ts';

const ROOMS = ['runtime', 'nodes', 'templates', 'server', 'editor', 'test'] as const;
type Room = (typeof ROOMS)[number];

const MAY_IMPORT: Readonly<Record<Room, readonly Room[]>> = {
  runtime: ['runtime'],
  nodes: ['nodes', 'runtime'],
  templates: ['templates', 'nodes', 'runtime'],
  server: ['server', 'templates', 'nodes', 'runtime'],
  editor: ['editor'],
  test: ROOMS,
};

/** The only thing that the page knows of the server: the shapes of its answers, as types. */
const CONTRACT = 'server/api/views.ts';
/** Pure rules of flows that the page runs too: it may import them, and they import nothing but types and each other. */
const FLOW_RULES = 'runtime/flow/';
const IMPORT =
  /^\s*(?:import|export)\s+(type\s)?[^;'"]*?from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|new URL\(\s*['"](\.[^'"]+)['"]/gms;

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function arrowsOf(file: string): Arrow[] {
  return [...textOf(file).matchAll(IMPORT)].flatMap(([, type, declared, dynamic, url]) => {
    const specifier = declared ?? dynamic ?? url ?? '';
    const target = specifier.startsWith('.')
      ? normalize(join(dirname(file), specifier))
      : specifier.startsWith('#')
        ? specifier.slice(1)
        : null;
    return target === null ? [] : [{ from: file, to: target, typeOnly: type !== undefined }];
  });
}

const roomOf = (file: string) => ROOMS.find((room) => file.startsWith(`${room}/`));
const isTest = (file: string) => file.endsWith('.test.ts') || file.startsWith('test/');
const arrows = codeFiles().flatMap(arrowsOf);
const shown = (found: readonly Arrow[]) => found.map(({ from, to }) => `${from} → ${to}`);

describe('imports', () => {
  test('are found at all: the check sees the arrows that are there', () => {
    expect(arrows.length).toBeGreaterThan(300);
    expect(shown(arrows)).toContain('server/web.ts → server/problem.ts');
    expect(shown(arrows)).toContain('nodes/kit/define-node.ts → runtime/errors.ts');
  });

  test('go one way between the rooms', () => {
    const wrong = arrows.filter(({ from, to, typeOnly }) => {
      const [source, target] = [roomOf(from), roomOf(to)];
      if (!source || !target || isTest(from)) return false;
      if (to === CONTRACT && source === 'editor' && typeOnly) return false;
      if (to.startsWith(FLOW_RULES) && source === 'editor') return false;
      return !MAY_IMPORT[source].includes(target);
    });
    expect(shown(wrong)).toEqual([]);
  });

  test('of the rules of flows, which the page runs too, are types and each other alone', () => {
    const inside = (file: string) => file.startsWith(FLOW_RULES);
    const rules = arrows.filter(({ from }) => inside(from) && !isTest(from));
    expect(rules.length).toBeGreaterThan(10);
    expect(shown(rules.filter(({ to, typeOnly }) => !inside(to) && !typeOnly))).toEqual([]);
  });

  test('never reach from product code into a test', () => {
    expect(shown(arrows.filter(({ from, to }) => !isTest(from) && isTest(to)))).toEqual([]);
  });

  test('of the embedded database stay inside its folder: it could be a package of its own', () => {
    const inside = (file: string) => file.startsWith('runtime/database/embedded/');
    expect(shown(arrows.filter(({ from, to }) => inside(from) && !inside(to)))).toEqual([]);
  });

  test('of Node-RED stand in runtime/host alone, and in benchmarks beside it', () => {
    const users = codeFiles().filter(
      (file) => /from '@node-red\//.test(textOf(file)) && !/^(runtime\/host|test\/bench)\//.test(file),
    );
    expect(users).toEqual([]);
  });
});
