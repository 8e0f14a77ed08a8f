/** Makes text that came from Shopify fit to be shown in an error: no secrets, no tags, one short line. */

const RAW_LENGTH_MAX = 8_192;
const SHOWN_LENGTH_MAX = 300;

/** Returns a function that gives at most 300 characters of a text, without the secrets of this account. */
export function visibleText(hidden: readonly string[]): (text: string) => string {
  return (text) =>
    hidden
      // Secrets go first: cutting first could leave one half of a token standing.
      .reduce((shown, secret) => shown.replaceAll(secret, '***'), text)
      .slice(0, RAW_LENGTH_MAX)
      .replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, ' ')
      .replace(/<[^>]*>?/g, ' ')
      .replace(/[\s\p{Cc}]+/gu, ' ')
      .trim()
      .slice(0, SHOWN_LENGTH_MAX);
}
