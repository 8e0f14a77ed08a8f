import { describe, expect, test } from '@jest/globals';
import {
  readConflicts,
  readListings,
  readOrders,
  readStock,
  writeListings,
  writeOrders,
  writeStock,
} from './list-address.ts';

const params = (search: string) => new URLSearchParams(search);

describe('orders', () => {
  test('an empty address is the default, and the default is an empty address', () => {
    expect(readOrders(params(''))).toEqual({ channel: '', short: false, search: '' });
    expect(writeOrders(readOrders(params('')))).toEqual({});
  });

  test('what is written is read again, whatever people type', () => {
    for (const search of ['#1004', 'mug & saucer', '50% off', 'ÄÖ ✓', '=?&', '"; drop']) {
      const filter = { channel: 'c 1/&', short: true, search };
      const address = new URLSearchParams(writeOrders(filter)).toString();
      expect(readOrders(params(address))).toEqual(filter);
    }
  });

  test('unknown values and foreign parameters fall back', () => {
    expect(readOrders(params('state=nonsense&cursor=abc&search=x'))).toEqual({
      channel: '',
      short: false,
      search: 'x',
    });
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
