/**
 * The page speaks English, so its numbers and dates do too: the reader's own English (`en-US`, `en-AU`) when
 * the browser names one, else British. Browsers do name what Intl throws at (`en-US@posix`); that is passed over.
 */
export function pickLocale(languages: readonly string[]): string {
  return languages.find((language) => /^en(-[a-z]{2}|-\d{3})?$/i.test(language)) ?? 'en-GB';
}

/** The locale of every number and date on the page. */
export const locale = pickLocale(globalThis.navigator?.languages ?? []);

/** The reader's time zone, as an IANA name. */
export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
