/** Code of flows: what it may do, and that it can do nothing else. */
import { describe, expect, test } from '@jest/globals';
import type { NodeContext } from '#runtime/effects/node-context.ts';
import { Rejected } from '#runtime/errors.ts';
import { examineGraph } from '#runtime/pipelines/validate.ts';
import { ALL_NODE_TYPES } from '../all-node-types.ts';
import { code } from './code.ts';

const run = async (text: string, item: object = { sku: 'tea', n: 2 }) =>
  await code.run(item, { code: text }, {} as NodeContext);

test('makes one message, several or none of one, and knows dates as texts', async () => {
  expect(await run('return { ...item, sku: item.sku.toUpperCase() };')).toEqual({
    out: { sku: 'TEA', n: 2 },
  });
  expect(await run('return [1, 2].map((n) => ({ n }));')).toEqual({ out: [{ n: 1 }, { n: 2 }] });
  expect(await run('if (item.n > 1) return;\nreturn item;')).toEqual({});
  expect(await run('return item; // the end')).toEqual({ out: { sku: 'tea', n: 2 } });
  expect(await run('return { at: item.at.slice(0, 4) };', { at: new Date(0) })).toEqual({
    out: { at: '1970' },
  });
  const many = await Promise.all(
    Array.from({ length: 50 }, (_, n) => run('return { n: item.n + 1 };', { n })),
  );
  expect(many).toEqual(Array.from({ length: 50 }, (_, n) => ({ out: { n: n + 1 } })));
});

describe('fails with the reason:', () => {
  test.each([
    ['throw new Error("no")', 'Error: no'],
    ['return item.gone.sku', 'TypeError'],
    ['return 5', 'no message'],
    ['while (true) {}', 'timed out'],
    ['const all = []; for (;;) all.push(new Array(1e5).fill(item.n));', 'memory'],
    ['throw { get message() { throw 1; } }', 'can not be read'],
    ['Promise.resolve().then(() => { for (;;); }); return item;', ''],
  ])('%s', async (text, says) => {
    const error = await run(text).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Rejected);
    expect(String(error)).toContain(says);
    expect(await run('return { well: true };')).toEqual({ out: { well: true } });
  });
});

describe('reaches nothing:', () => {
  test.each([
    'return { it: typeof process };',
    'return { it: typeof require };',
    'return { it: typeof fetch };',
    'return { it: typeof Buffer };',
    'return { it: typeof setTimeout };',
    'return { it: typeof WebAssembly === "object" ? typeof globalThis.process : "undefined" };',
  ])('%s', async (text) => expect(await run(text)).toEqual({ out: { it: 'undefined' } }));

  test.each([
    'return { it: Function("return typeof process")() };',
    'return { it: item.constructor.constructor("return process")() };',
    'return { it: (() => {}).constructor("return this")() };',
    'return { it: (async () => {}).constructor("return this")() };',
    'return { it: eval("typeof process") };',
    'try { null.x; } catch (e) { return { it: e.constructor.constructor("return process")().pid }; }',
    'Error.prepareStackTrace = (e, sites) => sites.constructor.constructor("return process")(); return { it: new Error().stack };',
    'Error.prepareStackTrace = (e, [site]) => site.constructor.constructor("return process")(); return { it: new Error().stack };',
    'const f = () => f(); try { f(); } catch (e) { return { it: e.constructor.constructor("return process")().pid }; }',
  ])('%s', async (text) => {
    await expect(run(text)).rejects.toThrow('Code generation from strings disallowed');
  });

  test('is told from a text that is no code, or that imports, before a deploy', () => {
    const graphOf = (text: string) => ({
      nodes: [
        { id: 's', type: 'stock-trigger', name: 'S', config: {}, x: 0, y: 0 },
        { id: 'c', type: 'code', name: 'C', config: { code: text }, x: 0, y: 0 },
      ],
      wires: [{ from: 's', output: 'level', to: 'c' }],
    });
    const problems = (text: string, ownRunner: boolean | null) =>
      examineGraph(graphOf(text), ALL_NODE_TYPES, null, { ownRunner }).map((problem) => problem.text);
    expect(problems('return {', true)).toEqual([expect.stringContaining('is no code that can run')]);
    expect(problems('await import("fs")', true)).toEqual([
      expect.stringContaining('"import" can\'t be used'),
    ]);
    expect(problems('return item;', true)).toEqual([]);
    expect(problems('return item;', null)).toEqual([]);
    expect(problems('return item;', false)).toEqual([
      expect.stringMatching(/^"C" runs code that is not SyncFlow's.*under Settings, Clients/),
    ]);
  });
});
