import { describe, expect, test } from '@jest/globals';
import { joinPages } from './pages.ts';
import { isNoAnswer, isSignedOut, Problem, problemOf } from './problem.ts';
import { addressOf } from './request.ts';

describe('addresses', () => {
  test('leave out what is not asked for, and escape what is', () => {
    expect(addressOf('/orders')).toBe('/api/v1/orders');
    expect(addressOf('/orders', { cursor: null, search: '', limit: 50 })).toBe('/api/v1/orders?limit=50');
    expect(addressOf('/stock', { search: 'a&b=c #1' })).toBe('/api/v1/stock?search=a%26b%3Dc+%231');
  });
});

describe('problems', () => {
  test('carry the server’s own sentence', async () => {
    const body = { type: 'about:blank', title: 'Refused', status: 409, detail: 'It was kept. Try later.' };
    const problem = await problemOf(new Response(JSON.stringify(body), { status: 409 }));
    expect(problem).toMatchObject({ title: 'Refused', status: 409, detail: 'It was kept. Try later.' });
  });

  test.each(['<html>Bad gateway</html>', '', 'null', '[]', '{"detail":{"a":1}}'])(
    'can be shown when the answer is %j',
    async (body) => {
      const problem = await problemOf(new Response(body, { status: 502 }));
      expect(problem.status).toBe(502);
      expect(problem.detail).toMatch(/does not understand/);
    },
  );

  test('tell a missing session from a missing server', () => {
    const at = (status: number) => new Problem({ title: '', status, detail: '' });
    expect(isSignedOut(at(401))).toBe(true);
    expect(isSignedOut(at(403))).toBe(false);
    expect(isNoAnswer(at(0))).toBe(true);
    expect(isNoAnswer(new Error('fault'))).toBe(false);
  });
});

describe('pages', () => {
  const keyOf = (row: { id: string }) => row.id;

  test('are joined in order, and a row that slipped to the next page stands once', () => {
    const pages = [
      { items: [{ id: 'a' }, { id: 'b' }], next: '1' },
      { items: [{ id: 'b' }, { id: 'c' }], next: null },
    ];
    expect(joinPages(pages, keyOf).map(keyOf)).toEqual(['a', 'b', 'c']);
    expect(joinPages([], keyOf)).toEqual([]);
  });
});
