/** The sign-in link that the terminal shows: whoever reads the terminal may everything. It works once. */
import { timingSafeEqual } from 'node:crypto';
import { hashOfToken, newSecretToken } from './secret-token.ts';

export class SignInLink {
  #link: { readonly hash: Buffer; used: boolean } | undefined;

  /** Makes the token of a new link; the former one stops working. */
  make(): string {
    const token = newSecretToken();
    this.#link = { hash: Buffer.from(hashOfToken(token)), used: false };
    return token;
  }

  /** Uses a token up. */
  take(token: string): 'right' | 'used' | 'unknown' {
    const link = this.#link;
    if (!link || !timingSafeEqual(link.hash, Buffer.from(hashOfToken(token)))) return 'unknown';
    if (link.used) return 'used';
    link.used = true;
    return 'right';
  }
}
