/**
 * Checks the structure of BSON bytes from outside before anything trusts their lengths: every length inside
 * its parent, every name and string closed, known types only, no deeper than the limit.
 */
import { fail } from '../errors.ts';

/** MongoDB's limits. */
export const DOCUMENT_BYTES_MAX = 16 * 1024 * 1024;
const DEPTH_MAX = 200;
const DATE_MS_MAX = 8_640_000_000_000_000;

/**
 * Checks the document at `start`, which may not reach beyond `limit`, and returns where it ends.
 * Throws InvalidBSON or, when it nests too deep, Overflow.
 */
export function validate(bytes: Buffer, start: number, limit: number, depthMax = DEPTH_MAX): number {
  if (depthMax === 0) fail('Overflow', `BSON is nested deeper than ${DEPTH_MAX} levels`);
  const end = closedEnd(bytes, start, limit);
  let at = start + 4;
  while (at < end - 1) {
    const type = bytes.readUInt8(at);
    at = value(bytes, type, cstringEnd(bytes, at + 1, end - 1), end - 1, depthMax);
  }
  if (at !== end - 1) invalid('an element reaches beyond its document');
  return end;
}

/** Checks what an update has made of a document: a command's size is limited on the wire, this result is not. */
export function checkStorable(bytes: Buffer): void {
  if (bytes.length > DOCUMENT_BYTES_MAX) {
    fail(
      'BSONObjectTooLarge',
      `BSONObj size: ${bytes.length} is invalid. Size must be between 0 and ${DOCUMENT_BYTES_MAX}`,
    );
  }
  validate(bytes, 0, bytes.length);
}

function closedEnd(bytes: Buffer, start: number, limit: number): number {
  if (start + 5 > limit) invalid('a document is cut off');
  const end = start + bytes.readInt32LE(start);
  if (end < start + 5 || end > limit) invalid('a document has a wrong length');
  if (bytes[end - 1] !== 0) invalid('a document is not closed');
  return end;
}

function value(bytes: Buffer, type: number, at: number, limit: number, depthMax: number): number {
  switch (type) {
    case 0x0a:
    case 0x7f:
    case 0xff:
      return at;
    case 0x08:
      if ((bytes[at] ?? 2) > 1) invalid('a boolean is neither 0 nor 1');
      return at + 1;
    case 0x10:
      return at + 4;
    case 0x01:
    case 0x11:
    case 0x12:
      return at + 8;
    case 0x09:
      return date(bytes, at, limit);
    case 0x07:
      return at + 12;
    case 0x13:
      return at + 16;
    case 0x02:
    case 0x0d:
    case 0x0e:
      return string(bytes, at, limit);
    case 0x03:
    case 0x04:
      return validate(bytes, at, limit, depthMax - 1);
    case 0x05:
      return binary(bytes, at, limit);
    case 0x0b:
      return regex(bytes, at, limit);
    case 0x0f:
      return codeWithScope(bytes, at, limit, depthMax);
    default:
      return invalid(`type 0x${type.toString(16)} is unknown or no longer in use`);
  }
}

function date(bytes: Buffer, at: number, limit: number): number {
  if (at + 8 > limit) invalid('a date is cut off');
  const ms = bytes.readInt32LE(at + 4) * 0x100000000 + bytes.readUInt32LE(at);
  // JavaScript's Date ends 275,760 years after 1970; a later one would be changed silently by an update.
  if (ms > DATE_MS_MAX || ms < -DATE_MS_MAX) invalid('a date is out of the range that this server can keep');
  return at + 8;
}

function string(bytes: Buffer, at: number, limit: number): number {
  if (at + 5 > limit) invalid('a string is cut off');
  const length = bytes.readInt32LE(at);
  const end = at + 4 + length;
  if (length < 1 || end > limit || bytes[end - 1] !== 0) invalid('a string has a wrong length');
  return end;
}

function binary(bytes: Buffer, at: number, limit: number): number {
  if (at + 5 > limit) invalid('binary data is cut off');
  const length = bytes.readInt32LE(at);
  if (length < 0 || at + 5 + length > limit) invalid('binary data has a wrong length');
  return at + 5 + length;
}

/** The driver's class holds no other options, so a document with them could be stored but never read again. */
function regex(bytes: Buffer, at: number, limit: number): number {
  const options = cstringEnd(bytes, at, limit);
  const end = cstringEnd(bytes, options, limit);
  const text = bytes.toString('latin1', options, end - 1);
  if (!/^[imxlsu]*$/.test(text)) invalid('a regular expression has an unknown option');
  return end;
}

function codeWithScope(bytes: Buffer, at: number, limit: number, depthMax: number): number {
  if (at + 4 > limit) invalid('code is cut off');
  const end = at + bytes.readInt32LE(at);
  if (end > limit || end < at + 14) invalid('code has a wrong length');
  if (validate(bytes, string(bytes, at + 4, end), end, depthMax - 1) !== end)
    invalid('code has a wrong length');
  return end;
}

function cstringEnd(bytes: Buffer, start: number, limit: number): number {
  let at = start;
  while (at < limit && bytes[at] !== 0) at += 1;
  if (at >= limit) invalid('a name is not closed');
  return at + 1;
}

function invalid(what: string): never {
  return fail('InvalidBSON', `Invalid BSON: ${what}`);
}
