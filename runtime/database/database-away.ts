/** Errors that say nothing of what was asked, but that the database could not be asked, or could not keep anything. */
import { types } from 'node:util';
import {
  MongoBulkWriteError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
} from 'mongodb';
import { Error as MongooseErrors } from 'mongoose';

const AWAY = [
  MongoNetworkError,
  MongoServerSelectionError,
  MongoNotConnectedError,
  MongoTopologyClosedError,
  MongooseErrors.MongooseServerSelectionError,
] as const;
/** OutOfDiskSpace, and what a server says that is shutting down (MongoDB's error_codes.yml). */
const AWAY_CODES: ReadonlySet<unknown> = new Set([14031, 91, 11600]);
/** A socket that could not be written to. */
const SOCKET_CODES: ReadonlySet<unknown> = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_WRITE_AFTER_END']);
const DRIVER = /node_modules[\\/]mongodb[\\/]/;
const CAUSES_MAX = 10;

/**
 * Whether the error, or one of its causes, comes of a database that died, could not be reached or has a full disk. The
 * same may well succeed when it is back; what was under way may have been done or not.
 */
export function isDatabaseAway(error: unknown): boolean {
  let cause = error;
  for (let depth = 0; depth < CAUSES_MAX && types.isNativeError(cause); depth += 1) {
    const one: Error = cause;
    if (AWAY.some((kind) => one instanceof kind)) return true;
    // The driver puts its own errors into this one too, and of them only the message is left: a server's has a code.
    if (one instanceof MongoBulkWriteError && one.code === undefined) return true;
    if (one instanceof MongoServerError && AWAY_CODES.has(one.code)) return true;
    // What is written to a socket whose server has just died fails with the socket's own error (driver 7.8): it is told
    // from those of other connections by where it was made.
    if ('code' in one && SOCKET_CODES.has(one.code) && DRIVER.test(one.stack ?? '')) return true;
    cause = one.cause;
  }
  return false;
}
