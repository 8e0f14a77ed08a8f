/** MongoDB's collation document as a JavaScript collator (both follow Unicode's CLDR). */
import { fail } from '../errors.ts';
import type { Collator } from './compare.ts';
import { toDouble } from './numbers.ts';
import { type Doc, isNumber, isTruthy, type Value } from './values.ts';

const KNOWN = new Set([
  'locale',
  'strength',
  'caseLevel',
  'caseFirst',
  'numericOrdering',
  'alternate',
  'maxVariable',
  'normalization',
  'backwards',
]);

/** Undefined for none and for `simple`, which compares bytes. An unknown locale or option is a BadValue. */
export function compileCollation(collation: Doc | undefined): Collator {
  if (!collation || collation.locale === 'simple') return undefined;
  for (const name of Object.keys(collation)) {
    if (!KNOWN.has(name)) fail(40415, `BSON field 'collation.${name}' is an unknown field.`);
  }
  if (isTruthy(collation.backwards))
    fail('CommandNotSupported', "collation option 'backwards' is not supported by the embedded database");
  if (typeof collation.locale !== 'string')
    fail('BadValue', "Field 'locale' must be a string in a collation");
  try {
    return new Intl.Collator(collation.locale.replaceAll('_', '-'), {
      sensitivity: sensitivityOf(collation.strength, isTruthy(collation.caseLevel)),
      numeric: isTruthy(collation.numericOrdering),
      caseFirst:
        collation.caseFirst === 'upper' || collation.caseFirst === 'lower' ? collation.caseFirst : 'false',
      ignorePunctuation: collation.alternate === 'shifted',
    });
  } catch {
    return fail('BadValue', `Field 'locale' is invalid in a collation: ${collation.locale}`);
  }
}

function sensitivityOf(strength: Value, caseLevel: boolean): 'base' | 'accent' | 'case' | 'variant' {
  const level = isNumber(strength) ? toDouble(strength) : 3;
  if (level === 1) return caseLevel ? 'case' : 'base';
  if (level === 2) return caseLevel ? 'variant' : 'accent';
  return 'variant';
}
