/** Which addresses may be connected to: public ones, and those that were allowed. */
import { BlockList, isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** One of what may be allowed: `loopback`, `private`, an address, or a range as `10.1.0.0/16`. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

export class AddressRules {
  readonly #allowed = new BlockList();

  /** @throws {Error} with a sentence for one that is none. */
  constructor(allowed: readonly string[]) {
    for (const one of allowed.flatMap((word) => WORDS[word] ?? [word])) this.#allow(one);
  }

  /** @param address an IP address as text. */
  allows(address: string): boolean {
    if (isIP(address) === 0) return false;
    // ::ffff:10.0.0.1 is 10.0.0.1.
    const plain = ipaddr.process(address.replace(/%.*$/, ''));
    const kind = plain.kind();
    return plain.range() === 'unicast' || this.#allowed.check(plain.toString(), kind);
  }

  #allow(text: string): void {
    const [address = '', bits, ...rest] = text.split('/');
    const version = isIP(address);
    const longest = version === 4 ? 32 : 128;
    const prefix = bits === undefined ? longest : Number(bits);
    const isRight = rest.length === 0 && Number.isInteger(prefix) && prefix >= 0 && prefix <= longest;
    if (version === 0 || !isRight) {
      throw new Error(`"${text}" is no address, no range, and none of ${Object.keys(WORDS).join(', ')}`);
    }
    this.#allowed.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6');
  }
}
