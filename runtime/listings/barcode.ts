/** Barcodes as they are compared: the same product must be found whichever way a shop writes its number. */

/** GTIN-8, UPC-A, EAN-13 and ITF-14 are one row of numbers: shorter ones have zeros in front (GS1 General Specifications). */
const GTIN_DIGITS = 14;
const GTIN = /^\d{8,14}$/;
const LENGTH_MAX = 64;

/**
 * The comparable form of a barcode; null when it is none. Spaces and dashes do not count, nor do zeros in front of a
 * number of 8 to 14 digits; anything else (an ASIN, a number of the house) is compared as it is written.
 */
export function comparableBarcode(text: string | null | undefined): string | null {
  const bare = (text ?? '').replace(/[\s-]/g, '').toUpperCase();
  if (bare === '' || bare.length > LENGTH_MAX || /^0+$/.test(bare)) return null;
  return GTIN.test(bare) ? bare.padStart(GTIN_DIGITS, '0') : bare;
}
