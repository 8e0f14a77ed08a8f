/**
 * MongoDB's fail points, which let a command fail on purpose; its own servers have them in test builds. Here they
 * live before the server, in `fail-point-proxy.ts`, so that it needs none.
 * Source: https://github.com/mongodb/mongo/wiki/The-failCommand-fail-point
 */
import { EJSON, Timestamp } from 'bson';
import { type Doc, fieldOf, isDoc, isTruthy, type Value } from '../bson/values.ts';
import { MongoError } from '../errors.ts';
import type { Request } from '../wire/message.ts';
import { labelsOf } from './error-labels.ts';

/** What is to happen to one request. */
export interface Effect {
  delayMs: number;
  /** The connection ends: before the request is handed on, or instead of the answer. */
  closes: 'before' | 'after' | undefined;
  /** Answered instead of the server. */
  error: Doc | undefined;
  /** Added to the server's answer. */
  addition: Doc | undefined;
}
interface FailPoint {
  name: string;
  skipsLeft: number;
  timesLeft: number;
  data: Doc;
}

/** The server never says this by itself. */
const INTERRUPTED = 11601;
const RETRYABLE_WRITES = ['insert', 'update', 'delete', 'findAndModify', 'bulkWrite'];

export class FailPoints {
  private readonly active = new Map<string, FailPoint>();
  /** Retryable writes that were handed on while their fail point was active. */
  private readonly written = new Set<string>();

  /** `{ configureFailPoint: name, mode, data }`. */
  configure(settings: Doc): void {
    const name = String(settings.configureFailPoint);
    const { mode, data } = settings;
    if (mode === 'off') this.active.delete(name);
    else {
      const { skip = 0, times = Infinity } = isDoc(mode) ? mode : {};
      const counters = { skipsLeft: Number(skip), timesLeft: Number(times) };
      this.active.set(name, { name, ...counters, data: isDoc(data) ? data : {} });
    }
  }

  clear(): void {
    this.active.clear();
    this.written.clear();
  }

  /** Counts one use of the fail point that is meant for this request. */
  effectOn(request: Request, appName: Value): Effect | undefined {
    for (const point of this.active.values()) {
      if (!isMeant(point, request, appName)) continue;
      if (point.name === 'onPrimaryTransactionalWrite') return this.effectOnWrite(point, request);
      return this.isDue(point, 1) ? effectOf(point, request) : undefined;
    }
    return undefined;
  }

  /** This one counts statements, and not those that an earlier try has written already. */
  private effectOnWrite(point: FailPoint, request: Request): Effect | undefined {
    const { lsid, txnNumber } = request.body;
    const write = EJSON.stringify([lsid, txnNumber]);
    if (this.written.has(write)) return undefined;
    const effect = this.isDue(point, statementsOf(request))
      ? transactionalEffect(point.data, request)
      : undefined;
    if (effect?.closes !== 'before' && !effect?.error) this.written.add(write);
    return effect;
  }

  private isDue(point: FailPoint, hits: number): boolean {
    if (point.skipsLeft >= hits) {
      point.skipsLeft -= hits;
      return false;
    }
    point.skipsLeft = 0;
    point.timesLeft -= 1;
    if (point.timesLeft <= 0) this.active.delete(point.name);
    return true;
  }
}

function statementsOf({ body, documents }: Request): number {
  const { updates, deletes, ops } = body;
  return documents?.length ?? [updates, deletes, ops].find(Array.isArray)?.length ?? 1;
}

function isMeant({ name, data }: FailPoint, { name: command, body }: Request, appName: Value): boolean {
  if (name === 'failGetMoreAfterCursorCheckout') return command === 'getMore';
  if (name === 'onPrimaryTransactionalWrite')
    return RETRYABLE_WRITES.includes(command) && body.txnNumber !== undefined;
  if (data.appName !== undefined && data.appName !== appName) return false;
  return Array.isArray(data.failCommands) && data.failCommands.includes(command);
}

const NO_EFFECT: Effect = { delayMs: 0, closes: undefined, error: undefined, addition: undefined };

function effectOf({ name, data }: FailPoint, request: Request): Effect {
  const effect = { ...NO_EFFECT, delayMs: isTruthy(data.blockConnection) ? Number(data.blockTimeMS) : 0 };
  const { errorLabels: labels, errorCode, writeConcernError } = data;
  if (isTruthy(data.closeConnection)) effect.closes = 'before';
  else if (errorCode !== undefined) {
    const errorLabels = labels ?? labelsOf(Number(errorCode), request, name);
    effect.error = failure(Number(errorCode), errorLabels);
  } else if (isDoc(writeConcernError)) {
    const errorLabels = labels ?? labelsOf(Number(writeConcernError.code), request, 'writeConcernError');
    effect.addition = { writeConcernError, ...labelled(errorLabels) };
  }
  return effect;
}

/** Fails a retryable write before its commit, or ends the connection; by itself, after the commit. */
function transactionalEffect(data: Doc, request: Request): Effect {
  const code = data.failBeforeCommitExceptionCode;
  const isClosing = data.closeConnection === undefined || isTruthy(data.closeConnection);
  if (isClosing) return { ...NO_EFFECT, closes: code === undefined ? 'after' : 'before' };
  if (code === undefined) return NO_EFFECT;
  return {
    ...NO_EFFECT,
    error: failure(Number(code), labelsOf(Number(code), request, 'onPrimaryTransactionalWrite')),
  };
}

function failure(code: number, errorLabels: Value): Doc {
  const codeName = code === INTERRUPTED ? 'Interrupted' : new MongoError(code, '').codeName;
  const errmsg = "Failing command via 'failCommand' failpoint";
  const operationTime = new Timestamp({ t: Math.floor(Date.now() / 1000), i: 1 });
  return { ok: 0, errmsg, code, codeName, operationTime, ...labelled(errorLabels) };
}

function labelled(errorLabels: Value): Doc {
  return Array.isArray(errorLabels) && errorLabels.length > 0 ? { errorLabels } : {};
}

/** The name that the client gave itself in its first message. */
export function appNameOf({ body }: Request): Value {
  const { client } = body;
  const application = isDoc(client) ? fieldOf(client, 'application') : undefined;
  return isDoc(application) ? application.name : undefined;
}
