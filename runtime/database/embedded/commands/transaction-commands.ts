/** `commitTransaction` and `abortTransaction`, and what a statement of a transaction carries. */
import { Long } from 'bson';
import type { Doc } from '../bson/values.ts';
import { fail } from '../errors.ts';
import { isWritingPipeline } from './aggregate-command.ts';
import { type Command, type CommandTable, names, type Reply } from './command.ts';
import type { Fields } from './fields.ts';
import { sessionKeyOf } from './sessions.ts';
import type { TransactionId } from './transactions.ts';

export const TRANSACTION_COMMANDS: CommandTable = {
  commitTransaction: {
    kind: 'write',
    options: { ignored: names('recoveryToken coordinator') },
    run: (fields, context) => end(fields, (id) => context.transactions.commit(id)),
  },
  abortTransaction: {
    kind: 'local',
    options: { ignored: names('recoveryToken') },
    run: (fields, context) => end(fields, (id) => context.transactions.abort(id)),
  },
};

function end(fields: Fields, work: (id: TransactionId) => void): Reply {
  work(transactionIdOf(fields) ?? fail('InvalidOptions', 'the command must be run in a transaction'));
  return {};
}

/** Which transaction the command belongs to, if it does to any. */
export function transactionIdOf(fields: Fields): TransactionId | undefined {
  const number = fields.value('txnNumber');
  const lsid: Doc | undefined = fields.optionalDoc('lsid');
  if (number !== undefined && !lsid) {
    fail('InvalidOptions', 'Transaction number requires a session ID to also be specified');
  }
  if (fields.value('autocommit') === undefined) {
    if (fields.isSet('startTransaction')) {
      fail('InvalidOptions', "'startTransaction' requires 'autocommit: false'");
    }
    return undefined;
  }
  if (fields.value('autocommit') !== false || !(number instanceof Long) || !lsid) {
    return fail('InvalidOptions', "A transaction needs 'lsid', 'txnNumber' and 'autocommit: false'");
  }
  return { sessionKey: sessionKeyOf(lsid), number: number.toBigInt(), lsid };
}

/** Throws for what MongoDB does not do in a transaction either. */
export function checkStatement(name: string, command: Command, fields: Fields): void {
  if (!command.isTransactional || isWritingPipeline(fields)) {
    fail('OperationNotSupportedInTransaction', `Cannot run '${name}' in a multi-document transaction.`);
  }
  if (fields.value('readConcern') !== undefined && !fields.isSet('startTransaction')) {
    fail('InvalidOptions', 'Only the first command in a transaction may specify a readConcern');
  }
  if (fields.value('writeConcern') !== undefined) {
    fail('InvalidOptions', 'writeConcern is only allowed on the command that ends a transaction');
  }
}
