/** What a `$changeStream` stage asks for. */
import { Timestamp } from 'bson';
import { show } from '../bson/show.ts';
import { isDoc, type Value } from '../bson/values.ts';
import { fail } from '../errors.ts';
import { type ChangeLog, type Place, placeOf } from '../storage/change-log.ts';
import type { Context } from './command.ts';
import { names } from './command.ts';
import { Fields } from './fields.ts';
import { parseToken } from './resume-token.ts';

/** Which changes a stream is about: those of one collection, of a database or of all. */
export interface StreamScope {
  database: string;
  collection: string | undefined;
  isCluster: boolean;
}
export interface StreamOptions {
  fullDocument: string;
  /** `fullDocumentBeforeChange`. */
  before: string;
  isExpanded: boolean;
  /** Undefined: with what comes from now on. */
  start: { place: Place; isTime: boolean } | undefined;
}

const STAGE = {
  supported: names(
    'fullDocument fullDocumentBeforeChange resumeAfter startAfter startAtOperationTime allChangesForCluster showExpandedEvents',
  ),
  refused: names('showSystemEvents showMigrationEvents showRawUpdateDescription allowToRunOnConfigDB'),
};
const FULL_DOCUMENT = ['default', 'updateLookup', 'whenAvailable', 'required'];
const BEFORE = ['off', 'whenAvailable', 'required'];

/** Checks the stage's argument; it may widen the scope to the whole server. */
export function streamOptionsOf(argument: Value, scope: StreamScope, { database }: Context): StreamOptions {
  if (!isDoc(argument)) return fail(50808, '$changeStream stage expects a document as argument');
  const fields = new Fields(argument, '$changeStream');
  fields.check(STAGE);
  if (fields.isSet('allChangesForCluster')) {
    if (database !== 'admin' || scope.collection !== undefined) {
      fail(
        'InvalidOptions',
        "A $changeStream with 'allChangesForCluster:true' may only be opened on the 'admin' database",
      );
    }
    scope.isCluster = true;
  }
  return {
    fullDocument: oneOf(fields, 'fullDocument', FULL_DOCUMENT),
    before: oneOf(fields, 'fullDocumentBeforeChange', BEFORE),
    isExpanded: fields.isSet('showExpandedEvents'),
    start: startFieldOf(fields),
  };
}

/** Where the stream begins. ChangeStreamHistoryLost when that is further back than the log. */
export function startOf({ start }: StreamOptions, log: ChangeLog): Place {
  if (!start) return log.now();
  if (!log.reachesBackTo(start.place)) {
    fail(
      'ChangeStreamHistoryLost',
      'Resume of change stream was not possible, as the resume point may no longer be in the oplog.',
    );
  }
  // A time includes what happened at it, a token does not.
  return start.isTime ? start.place - 1 : start.place;
}

function oneOf(fields: Fields, name: string, allowed: readonly string[]): string {
  const value = fields.value(name) ?? allowed[0];
  if (typeof value === 'string' && allowed.includes(value)) return value;
  return fail(
    'BadValue',
    `Enumeration value ${show(value)} for field '$changeStream.${name}' is not a valid value.`,
  );
}

function startFieldOf(fields: Fields): StreamOptions['start'] {
  const given = ['resumeAfter', 'startAfter', 'startAtOperationTime'].filter(
    (name) => fields.value(name) != null,
  );
  if (given.length > 1) fail(40674, `Only one of ${given.join(', ')} may be given to $changeStream`);
  const [name] = given;
  if (name === undefined) return undefined;
  if (name === 'startAtOperationTime') {
    const time = fields.value(name);
    if (!(time instanceof Timestamp)) return fail('TypeMismatch', 'startAtOperationTime must be a timestamp');
    return { place: placeOf(time), isTime: true };
  }
  const { place, isInvalidate } = parseToken(fields.value(name));
  if (isInvalidate && name === 'resumeAfter') {
    fail(
      'InvalidResumeToken',
      "Attempting to resume a change stream using 'resumeAfter' is not allowed from an invalidate notification.",
    );
  }
  return { place, isTime: false };
}
