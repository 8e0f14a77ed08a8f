/** From a request to what is to be run: checks what all commands have in common. */
import { Long } from 'bson';
import { toDouble } from '../bson/numbers.ts';
import { show } from '../bson/show.ts';
import { type Doc, isDoc, isNumber, type Value } from '../bson/values.ts';
import type { Command, Context, Kind, Reply, Task } from '../commands/command.ts';
import { Fields } from '../commands/fields.ts';
import { commandOf } from '../commands/registry.ts';
import { sessionKeyOf } from '../commands/sessions.ts';
import { checkStatement, transactionIdOf } from '../commands/transaction-commands.ts';
import type { TransactionId } from '../commands/transactions.ts';
import { fail, MongoError, unsupported } from '../errors.ts';
import { type ChangeLog, timestampOf } from '../storage/change-log.ts';
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
  kind: Kind;
  /** When a read that rests has to give up. */
  deadlineMs: number;
  run(): Reply | Task;
}
export type Services = Pick<
  Context,
  'store' | 'catalog' | 'cursors' | 'sessions' | 'transactions' | 'changeLog' | 'statistics'
>;
/** They end a transaction and so are no statements of it. */
const ENDS = new Set(['commitTransaction', 'abortTransaction']);

export function dispatch(request: Request, services: Services, connectionId: number): Job {
  const { name, command } = commandOf(request.name);
  services.statistics.countCommand(name);
  const fields = new Fields(request.body, name);
  fields.check(command.options, GENERAL, request.name);
  const database = fields.string('$db');
  checkDatabaseName(database);
  const transaction = transactionIdOf(fields);
  checkReadConcern(fields.optionalDoc('readConcern'), transaction !== undefined);
  const lsid = fields.optionalDoc('lsid');
  const context: Context = {
    ...services,
    connectionId,
    sessionKey: lsid && sessionKeyOf(lsid),
    database,
    documents: request.documents,
    isInTransaction: transaction !== undefined && !ENDS.has(name),
  };
  const body =
    name === request.name
      ? fields
      : new Fields({ [name]: request.body[request.name], ...request.body }, name);
  if (transaction && context.isInTransaction) {
    const run = (): Reply => timed(context, () => runStatement(name, command, body, context, transaction));
    return { kind: 'read', deadlineMs: Infinity, run };
  }
  const maxTimeMs = (!command.isAwaiting && fields.integer('maxTimeMS', 0)) || Infinity;
  return {
    kind: typeof command.kind === 'function' ? command.kind(body) : command.kind,
    deadlineMs: performance.now() + maxTimeMs,
    run: () => {
      const run = (): Reply | Task =>
        withConcern(fields.value('writeConcern'), runOnce(command, body, context));
      return transaction || services.changeLog.isRecording ? timed(context, run) : run();
    },
  };
}

/** Once for each number of a session, if the write has one. */
function runOnce(command: Command, fields: Fields, context: Context): Reply | Task {
  const number = fields.value('txnNumber');
  if (number === undefined) return command.run(fields, context);
  const { sessionKey, sessions, transactions } = context;
  const isRetryable = command.kind === 'write' && fields.value('autocommit') === undefined;
  if (!isRetryable || sessionKey === undefined || !(number instanceof Long))
    return command.run(fields, context);
  transactions.abortOlder(sessionKey, number.toBigInt());
  return sessions.once(sessionKey, number.toBigInt(), () => finish(command.run(fields, context)));
}

/** One statement of a transaction: nothing of it is stored, so it is no write yet; and it does not rest. */
function runStatement(
  name: string,
  command: Command,
  fields: Fields,
  context: Context,
  transaction: TransactionId,
): Reply {
  const reply = context.transactions.statement(transaction, fields.isSet('startTransaction'), () => {
    checkStatement(name, command, fields);
    return finish(command.run(fields, context));
  });
  // A refused document ends a transaction too.
  if (reply.writeErrors || reply.nErrors) context.transactions.abortOlder(transaction.sessionKey);
  return reply;
}

/** Tells the time of the change log with the answer or the refusal: a change stream can begin there. */
function timed<Result extends Reply | Task>(
  { changeLog }: { changeLog: ChangeLog },
  run: () => Result,
): Result {
  try {
    const result = run();
    return isTask(result) ? result : { ...result, operationTime: timestampOf(changeLog.now()) };
  } catch (error) {
    if (!(error instanceof MongoError)) throw error;
    const operationTime = timestampOf(changeLog.now());
    throw new MongoError(error.code, error.message, { ...error.details, operationTime });
  }
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

/** All data is on this one server and on disk before it is told of, so every level but snapshots is given. */
function checkReadConcern(concern: Doc | undefined, isInTransaction: boolean): void {
  const level = concern?.level;
  if (level === 'snapshot' && isInTransaction) return;
  if (level === 'snapshot') unsupported("readConcern level 'snapshot' outside a transaction");
  if (level !== undefined && !(typeof level === 'string' && READ_LEVELS.has(level))) {
    fail('BadValue', `Enumeration value ${show(level)} for field 'readConcern.level' is not a valid value.`);
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
        errmsg: `No write concern mode named ${show(w)} found`,
      };
  return { ...result, writeConcernError };
}
