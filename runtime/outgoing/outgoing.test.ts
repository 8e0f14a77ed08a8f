import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Agent, fetch as guardedFetch } from 'undici';
import { Rejected } from '../errors.ts';
import { AddressRules } from './address-rules.ts';
import { guardedDispatcher } from './guard.ts';

describe('addresses', () => {
  const none = new AddressRules([]);

  test.each([
    '127.0.0.1',
    '127.8.9.1',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '192.0.2.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '2001:db8::1',
    '::ffff:127.0.0.1',
    '::ffff:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '2002:7f00:1::',
    'localhost',
    '',
    '2130706433',
    '0x7f.1',
  ])('%s is not public', (address) => {
    expect(none.allows(address)).toBe(false);
  });

  test.each(['1.1.1.1', '172.32.0.1', '2606:4700:4700::1111', '::ffff:8.8.8.8'])(
    '%s is public',
    (address) => {
      expect(none.allows(address)).toBe(true);
    },
  );

  test('that were named are allowed, and no others', () => {
    const some = new AddressRules(['loopback', '10.1.0.0/16', '192.168.7.7', 'fd12::/16']);
    for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1', '10.1.2.3', '192.168.7.7', 'fd12::9'])
      expect({ address, allowed: some.allows(address) }).toEqual({ address, allowed: true });
    for (const address of ['10.2.0.1', '192.168.7.8', '169.254.169.254', 'fd13::1'])
      expect({ address, allowed: some.allows(address) }).toEqual({ address, allowed: false });
    for (const wrong of ['everything', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/x', 'shop.internal'])
      expect(() => new AddressRules([wrong])).toThrow('is no address, no range');
  });
});

describe('requests', () => {
  let server: Server;
  let port = 0;
  let asked = 0;
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked += 1;
      if (request.url === '/away') response.writeHead(302, { location: 'http://169.254.169.254/latest/' });
      response.end('secret');
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    port = typeof address === 'object' && address ? address.port : 0;
  });
  afterAll(() => {
    server.close();
  });
  const refusalOf = async (url: string, allowed: readonly string[] = []): Promise<unknown> => {
    const dispatcher = guardedDispatcher(new AddressRules(allowed));
    try {
      const response = await guardedFetch(url, { dispatcher, signal: AbortSignal.timeout(5_000) });
      return await response.text();
    } catch (error) {
      return error instanceof Error ? error.cause : error;
    } finally {
      await dispatcher.close();
    }
  };

  test('to this machine and to the metadata of a cloud never leave, however they are written', async () => {
    for (const host of [
      '127.0.0.1',
      'localhost',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '2130706433',
      '0x7f000001',
      '017700000001',
      '127.1',
      '0',
      '169.254.169.254',
      '[fd00:ec2::254]',
    ]) {
      const refusal = await refusalOf(`http://${host}:${port}/`);
      expect({ host, refusal }).toEqual({ host, refusal: expect.any(Rejected) });
      expect(refusal).toMatchObject({ code: 'far-side.address' });
    }
    expect(asked).toBe(0);
  });

  test('are made where it is allowed, and a redirect leads nowhere else', async () => {
    expect(await refusalOf(`http://127.0.0.1:${port}/`, ['loopback'])).toBe('secret');
    expect(await refusalOf(`http://localhost:${port}/`, ['loopback'])).toBe('secret');
    expect(await refusalOf(`http://127.0.0.1:${port}/away`, ['loopback'])).toBeInstanceOf(Rejected);
  });

  test('without the guard this server answers: otherwise the tests above would say nothing', async () => {
    const open = new Agent();
    expect(await (await guardedFetch(`http://127.0.0.1:${port}/`, { dispatcher: open })).text()).toBe(
      'secret',
    );
    await open.close();
  });
});
