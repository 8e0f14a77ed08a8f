/** Longer values are cut: they stand in titles, notes and numbers, not in documents. */
const VALUE_CHARACTERS_MAX = 500;

/** Puts fields of the item in place of `{field}`. A field that is missing or no plain value stays as it stands. */
export function fillIn(text: string, item: Readonly<Record<string, unknown>>): string {
  return text.replace(/\{(\w{1,40})\}/g, (placeholder, field: string) => {
    const value = Object.hasOwn(item, field) ? item[field] : undefined;
    return typeof value === 'string' || typeof value === 'number'
      ? String(value).slice(0, VALUE_CHARACTERS_MAX)
      : placeholder;
  });
}
