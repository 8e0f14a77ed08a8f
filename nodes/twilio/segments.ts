/**
 * How many segments a text message is sent and billed in. GSM-7 (3GPP TS 23.038) has 160 characters in one segment and 153
 * in each of several; UCS-2, which one character outside of GSM-7 asks for, has 70 and 67 UTF-16 units.
 */

const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** Of the extension table: an escape goes before each, so that it counts twice. */
const EXTENDED = new Set('\f^{}\\[~]|€');

export interface Segments {
  readonly encoding: 'GSM-7' | 'UCS-2';
  readonly segments: number;
  /** Characters outside of GSM-7, each once: what made it UCS-2. */
  readonly outside: readonly string[];
}

export function segmentsOf(text: string): Segments {
  const characters = [...text];
  const outside = [...new Set(characters.filter((one) => !BASIC.has(one) && !EXTENDED.has(one)))];
  if (outside.length > 0) {
    return {
      encoding: 'UCS-2',
      segments: countIn(
        characters.map(({ length }) => length),
        70,
        67,
      ),
      outside,
    };
  }
  const widths = characters.map((one) => (EXTENDED.has(one) ? 2 : 1));
  return { encoding: 'GSM-7', segments: countIn(widths, 160, 153), outside };
}

/** Characters of two units are never split between segments. */
function countIn(widths: readonly number[], alone: number, each: number): number {
  if (widths.reduce((sum, width) => sum + width, 0) <= alone) return 1;
  let segments = 1;
  let used = 0;
  for (const width of widths) {
    if (used + width > each) {
      segments += 1;
      used = 0;
    }
    used += width;
  }
  return segments;
}
