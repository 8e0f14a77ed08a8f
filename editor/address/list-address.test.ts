import { describe, expect, test } from '@jest/globals';
import {
  queryOfOrders,
  readConflicts,
  readListings,
  readOrders,
  readStock,
  writeListings,
  writeOrders,
  writeStock,
} from './list-address.ts';

const params = (search: string) => new URLSearchParams(search);

const noFilter = { channel: '', status: '', short: false, search: '', from: '', until: '', sort: 'newest' };

describe('orders', () => {
  test('an empty address is the default, and the default is an empty address', () => {
    expect(readOrders(params(''))).toEqual(noFilter);
    expect(writeOrders(readOrders(params('')))).toEqual({});
  });

  test('what is written is read again, whatever people type', () => {
    for (const search of ['#1004', 'mug & saucer', '50% off', 'ÄÖ ✓', '=?&', '"; drop']) {
      const days = { from: '2026-11-01', until: '2026-11-30' };
      const filter = {
        channel: 'c 1/&',
        status: 'open',
        short: true,
        search,
        ...days,
        sort: 'total',
      } as const;
      const address = new URLSearchParams(writeOrders(filter)).toString();
      expect(readOrders(params(address))).toEqual(filter);
    }
  });

  test('unknown values and foreign parameters fall back', () => {
    const address =
      'state=nonsense&cursor=abc&search=x&status=constructor&from=soon&until=2026-99-99&sort=by';
    expect(readOrders(params(address))).toEqual({ ...noFilter, search: 'x' });
  });

  test('days begin and end at the reader’s midnights', () => {
    const { from, until } = queryOfOrders(readOrders(params('from=2026-11-27&until=2026-11-27')));
    expect(Date.parse(until ?? '') - Date.parse(from ?? '')).toBe(86_400_000);
    expect(new Date(from ?? '').getHours()).toBe(0);
    expect(queryOfOrders(readOrders(params('search=x')))).toEqual({ search: 'x' });
  });
});

describe('stock', () => {
  test('goes to the address and back', () => {
    const filter = { search: 'SKU 1', low: true, sort: 'changed' } as const;
    expect(writeStock(filter)).toEqual({ search: 'SKU 1', low: 'true', sort: 'changed' });
    expect(readStock(new URLSearchParams(writeStock(filter)))).toEqual(filter);
  });

  test('the server’s own order has no name in the address, and unknown ones fall back to it', () => {
    expect(writeStock({ search: '', low: false, sort: 'low' })).toEqual({});
    expect(readStock(params('sort=constructor&low=1'))).toEqual({ search: '', low: false, sort: 'low' });
  });
});

test('products of shops show what is to be matched unless something else is asked for', () => {
  const filter = { show: 'duplicates', connection: 'c/1', search: 'mug' } as const;
  expect(readListings(new URLSearchParams(writeListings(filter)))).toEqual(filter);
  expect(writeListings(readListings(params('show=nonsense')))).toEqual({});
});

test('conflicts show the open ones unless all are asked for', () => {
  expect(readConflicts(params('')).state).toBe('open');
  expect(readConflicts(params('state=all')).state).toBe('all');
  expect(readConflicts(params('state=withdrawn')).state).toBe('open');
});
