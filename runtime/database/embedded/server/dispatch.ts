/** From a request to what is to be run: checks what all commands have in common. */
import { Long } from 'bson';
import { toDouble } from '../bson/numbers.ts';
import { type Doc, isDoc, isNumber, type Value } from '../bson/values.ts';
import type { Command, Context, Reply, Task } from '../commands/command.ts';
import { Fields } from '../commands/fields.ts';
import { commandOf } from '../commands/registry.ts';
import { sessionKeyOf } from '../commands/sessions.ts';
import { fail, unsupported } from '../errors.ts';
import { checkDatabaseName } from '../storage/namespace.ts';
import type { Request } from '../wire/message.ts';

/** What every command may carry. */
const GENERAL = new Set([
  '$db',
  'lsid',
  'txnNumber',
  'startTransaction',
  'autocommit',
  'readConcern',
  'writeConcern',
  'maxTimeMS',
  'comment',
  '$readPreference',
  '$clusterTime',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
]);
const READ_LEVELS = new Set(['local', 'majority', 'available', 'linearizable']);

/** A command that passed its checks. */
export interface Job {
  kind: Command['kind'];
  /** When a read that rests has to give up. */
  deadlineMs: number;
  run(): Reply | Task;
}
export type Services = Pick<Context, 'store' | 'catalog' | 'cursors' | 'sessions'>;

export function dispatch(request: Request, services: Services, connectionId: number): Job {
  const { name, command } = commandOf(request.name);
  const fields = new Fields(request.body, name);
  fields.check(command.options, GENERAL, request.name);
  const database = fields.string('$db');
  checkDatabaseName(database);
  refuseTransactions(fields);
  checkReadConcern(fields.optionalDoc('readConcern'));
  const lsid = fields.optionalDoc('lsid');
  const sessionKey = lsid && sessionKeyOf(lsid);
  const context: Context = { ...services, connectionId, sessionKey, database, documents: request.documents };
  const body =
    name === request.name
      ? fields
      : new Fields({ [name]: request.body[request.name], ...request.body }, name);
  const maxTimeMs = fields.integer('maxTimeMS', 0) || Infinity;
  return {
    kind: command.kind,
    deadlineMs: performance.now() + maxTimeMs,
    run: () => withConcern(fields.value('writeConcern'), runOnce(command, body, context)),
  };
}

/** Once for each number of a session, if the write has one. */
function runOnce(command: Command, fields: Fields, context: Context): Reply | Task {
  const number = fields.value('txnNumber');
  if (number === undefined) return command.run(fields, context);
  if (context.sessionKey === undefined)
    fail('InvalidOptions', 'Transaction number requires a session ID to also be specified');
  if (command.kind !== 'write' || !(number instanceof Long)) return command.run(fields, context);
  return context.sessions.once(context.sessionKey, number.toBigInt(), () =>
    finish(command.run(fields, context)),
  );
}

/** The reply of a command that is not to rest. */
export function finish(result: Reply | Task): Reply {
  if (!isTask(result)) return result;
  for (;;) {
    const step = result.next();
    if (step.done) return step.value;
  }
}

export function isTask(result: Reply | Task): result is Task {
  return typeof result.next === 'function' && Symbol.iterator in result;
}

function refuseTransactions(fields: Fields): void {
  const isInTransaction = fields.value('autocommit') === false || fields.isSet('startTransaction');
  if (isInTransaction) unsupported('a transaction of several statements');
}

/** All data is on this one server and on disk before it is told of, so every level but snapshots is given. */
function checkReadConcern(concern: Doc | undefined): void {
  const level = concern?.level;
  if (level === 'snapshot') unsupported("readConcern level 'snapshot'");
  if (level !== undefined && !READ_LEVELS.has(String(level))) {
    fail(
      'BadValue',
      `Enumeration value '${String(level)}' for field 'readConcern.level' is not a valid value.`,
    );
  }
}

/** Every write is durable; more than one copy there is not. The write is done and the answer says so. */
function withConcern(concern: Value, result: Reply | Task): Reply | Task {
  const w = isDoc(concern) ? concern.w : undefined;
  const isSatisfied = w === undefined || w === null || w === 'majority' || (isNumber(w) && toDouble(w) <= 1);
  if (isSatisfied || isTask(result)) return result;
  const writeConcernError = isNumber(w)
    ? { code: 100, codeName: 'UnsatisfiableWriteConcern', errmsg: 'Not enough data-bearing nodes' }
    : {
        code: 79,
        codeName: 'UnknownReplWriteConcern',
        errmsg: `No write concern mode named '${String(w)}' found`,
      };
  return { ...result, writeConcernError };
}
