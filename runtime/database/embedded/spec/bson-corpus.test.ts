/** MongoDB's BSON corpus against our codec: what is valid is kept to the byte, what is broken is refused. */
import { expect, test } from '@jest/globals';
import { EJSON } from 'bson';
import { decode } from '../bson/decode.ts';
import { encode } from '../bson/encode.ts';
import { validate } from '../bson/validate.ts';
import { MongoError } from '../errors.ts';
import { typed } from '../test-values.ts';
import { type CorpusFile, isPresent, readCorpus, SPECIFICATIONS } from './specification.ts';

/** Types that have been deprecated for ten years. */
const REFUSED: readonly string[] = [
  'DBPointer type (deprecated): DBpointer',
  'DBPointer type (deprecated): DBpointer with opposite key order',
  'DBPointer type (deprecated): With two-byte UTF-8',
  'Multiple types within the same document: All BSON types',
  'Undefined type (deprecated): Undefined',
];
/** What the corpus calls broken and MongoDB's server keeps as well: it does not look into text and data. */
const TAKEN: readonly string[] = [
  'Binary type: subtype 0x02 length too long ',
  'Binary type: subtype 0x02 length too short',
  'Binary type: subtype 0x02 length negative one',
  'Javascript Code: invalid UTF-8',
  'String: invalid UTF-8',
  'Symbol: invalid UTF-8',
];

const bytesOf = (hex: string): Buffer => Buffer.from(hex, 'hex');

/** The document in these bytes, once more in bytes. Throws MongoError for what the server refuses. */
function again(hex: string): string {
  const bytes = bytesOf(hex);
  if (validate(bytes, 0, bytes.length) !== bytes.length) throw new MongoError('InvalidBSON', 'too long');
  return encode(decode(bytes)).toString('hex').toUpperCase();
}

function isRefused(hex: string): boolean {
  try {
    again(hex);
  } catch (error) {
    if (error instanceof MongoError) return true;
    throw error;
  }
  return false;
}

/** With the name of its file. */
function named<Case extends { description: string }>(file: CorpusFile, cases: readonly Case[] | undefined) {
  return (cases ?? []).map((one) => ({ ...one, id: `${file.description}: ${one.description}` }));
}

if (isPresent()) {
  test('valid documents are kept to the byte, with their types', () => {
    const wrong: string[] = [];
    const refused: string[] = [];
    for (const one of readCorpus().flatMap((file) => named(file, file.valid))) {
      const { id, canonical_bson: canonical, degenerate_bson: degenerate, canonical_extjson: text } = one;
      const forms = degenerate === undefined ? [canonical] : [canonical, degenerate];
      if (forms.every(isRefused)) refused.push(id);
      else {
        if (forms.some((form) => again(form) !== canonical.toUpperCase())) wrong.push(id);
        const expected = EJSON.serialize(EJSON.parse(text, { relaxed: false }), { relaxed: false });
        if (JSON.stringify(typed(decode(bytesOf(canonical)))) !== JSON.stringify(expected))
          wrong.push(`${id} as text`);
      }
    }
    expect(refused).toEqual(REFUSED);
    expect(wrong).toEqual([]);
  });

  test('broken documents are refused', () => {
    const taken = readCorpus()
      .flatMap((file) => named(file, file.decodeErrors))
      .filter(({ bson }) => !isRefused(bson));
    expect(taken.map(({ id }) => id)).toEqual(TAKEN);
  });
} else {
  test(`MongoDB's BSON corpus is not in ${SPECIFICATIONS}; it is not run`, () => {
    expect(isPresent()).toBe(false);
  });
}
