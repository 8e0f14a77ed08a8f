/**
 * An item as it is kept for people to look at: short, and without what nobody may see.
 * - Secrets never: fields that are called so, and texts that look like keys of the services that we know.
 * - Customers' data never: fields with names, addresses, mail and telephone. SyncFlow's own types hold none; items of other
 *   nodes may.
 * - Bytes (a webhook's raw body) never: only how many.
 */

const SECRET_NAME =
  /secret|token|passw|authorization|api[-_]?key|private[-_]?key|access[-_]?key|consumer[-_]?key|credential|cookie|signature/i;
const SECRET_TEXT =
  /\b(shp(at|ca|pa|ss|ua)_|whsec_|[cr]k_(live|test)?_?[0-9a-f]{20}|cs_[0-9a-f]{20}|sk_(live|test)_|Bearer |Basic |eyJ[A-Za-z0-9_-]{10,}\.)/;
const CUSTOMER_NAME =
  /^(customer|buyer|billing|shipping|recipient|contact)(_?address)?$|e-?mail|phone|^(first|last|full|given|family)[-_]?name$|^address|street|^city$|post(al)?[-_]?code|^zip|^ip([-_]?address)?$|^note$/i;

const TEXT_CHARACTERS_MAX = 200;
const ENTRIES_MAX = 20;
const DEPTH_MAX = 6;
/** One item; what would be longer is cut. */
export const ITEM_BYTES_MAX = 2_000;

/** The item as JSON text, at most `ITEM_BYTES_MAX` characters long (a cut text ends with … and is then no JSON any more). */
export function shownItem(item: unknown): string {
  const text = JSON.stringify(shown(item, '', 0)) ?? 'null';
  return text.length <= ITEM_BYTES_MAX ? text : `${text.slice(0, ITEM_BYTES_MAX - 1)}…`;
}

function shown(value: unknown, name: string, depth: number): unknown {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  if (SECRET_NAME.test(name)) return '(hidden)';
  if (CUSTOMER_NAME.test(name)) return '(customer data)';
  if (typeof value === 'string') return shownText(value);
  if (value instanceof Date) return value;
  if (value instanceof Uint8Array) return `(${value.byteLength} bytes)`;
  if (typeof value !== 'object') return value === undefined ? undefined : `(${typeof value})`;
  if (depth >= DEPTH_MAX) return '(deeper)';
  if (Array.isArray(value)) {
    const entries = value.slice(0, ENTRIES_MAX).map((entry) => shown(entry, '', depth + 1));
    return value.length > ENTRIES_MAX ? [...entries, `(${value.length - ENTRIES_MAX} more)`] : entries;
  }
  const fields = Object.entries(value);
  const kept = fields.slice(0, ENTRIES_MAX * 2).map(([key, field]) => [key, shown(field, key, depth + 1)]);
  return Object.fromEntries(kept);
}

/** A text that a node or an error says, shortened and without keys. */
export function shownText(text: string): string {
  if (SECRET_TEXT.test(text)) return '(hidden)';
  return text.length <= TEXT_CHARACTERS_MAX ? text : `${text.slice(0, TEXT_CHARACTERS_MAX - 1)}…`;
}
