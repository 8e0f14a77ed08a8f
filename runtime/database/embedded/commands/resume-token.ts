/** Resume tokens: a place in the change log, and whether it is the one behind an `invalidate`. */
import type { Doc, Value } from '../bson/values.ts';
import { isDoc } from '../bson/values.ts';
import { fail } from '../errors.ts';
import type { Place } from '../storage/change-log.ts';

const TOKEN = /^([0-9a-f]{14})(00|01)$/i;

export function tokenOf(place: Place, isInvalidate = false): Doc {
  return { _data: `${place.toString(16).padStart(14, '0')}${isInvalidate ? '01' : '00'}` };
}

/** InvalidResumeToken for what is none of ours. */
export function parseToken(token: Value): { place: Place; isInvalidate: boolean } {
  const data = isDoc(token) ? token._data : undefined;
  const [, place, kind] = TOKEN.exec(typeof data === 'string' ? data : '') ?? [];
  if (place === undefined || !isDoc(token) || Object.keys(token).length !== 1) {
    return fail('InvalidResumeToken', 'Invalid resume token: it is not one of this server');
  }
  return { place: Number.parseInt(place, 16), isInvalidate: kind === '01' };
}
