/** Makes text from a shop fit to be shown in an error: no secrets, no tags, short. */
import { basicAuthorization } from './request-auth.ts';
import type { WooCommerceSecret } from './secret.ts';

const RAW_LENGTH_MAX = 65_536;
const STRIPPED_LENGTH_MAX = 8_192;
const SHOWN_BYTES_MAX = 300;

/** Returns a function that gives at most 300 bytes of a text, without tags and without any secret of this account. */
export function visibleText(secret: WooCommerceSecret): (text: string) => string {
  const authorization = basicAuthorization(secret).slice('Basic '.length);
  const { consumerKey, consumerSecret, webhookSecret } = secret;
  const secrets = [authorization, consumerKey, consumerSecret, webhookSecret].flatMap((value) => [
    value,
    encodeURIComponent(value),
  ]);
  return (text) => {
    // Secrets go first: cutting first could leave one half of a key standing.
    let safe = text.slice(0, RAW_LENGTH_MAX);
    for (const value of secrets) safe = safe.replaceAll(value, '***');
    const plain = safe
      .slice(0, STRIPPED_LENGTH_MAX)
      .replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, ' ')
      .replace(/<[^>]*>?/g, ' ')
      .replace(/[\s\p{Cc}]+/gu, ' ')
      .trim();
    const cut = Buffer.from(plain).subarray(0, SHOWN_BYTES_MAX);
    return new TextDecoder().decode(cut).replace(/\ufffd+$/, '');
  };
}
