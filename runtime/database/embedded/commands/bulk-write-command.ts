/** `bulkWrite` (MongoDB 8): writes of all kinds to several collections in one command. */
import type { Environment } from '../aggregate/expression.ts';
import { encode } from '../bson/encode.ts';
import { type Doc, firstFieldOf } from '../bson/values.ts';
import { fail } from '../errors.ts';
import { runDelete } from '../operations/delete.ts';
import { insertDocument } from '../operations/insert.ts';
import { runUpdate, type UpdateStatement } from '../operations/update.ts';
import type { Catalog } from '../storage/catalog.ts';
import { checkNamespace } from '../storage/namespace.ts';
import { checkBatchSize, errorFields } from './batch.ts';
import { batchSizeOf } from './catalog-commands.ts';
import { type Command, type Context, names, type Options, type Reply, type Task } from './command.ts';
import { listReply } from './cursor-reply.ts';
import type { Fields } from './fields.ts';

const OPERATION: Options = {
  supported: names(
    'insert document update filter updateMods multi upsert arrayFilters delete hint collation sort constants',
  ),
  refused: names('sampleId upsertSupplied'),
};
const NAMESPACE: Options = {
  supported: names('ns'),
  refused: names('collectionUUID encryptionInformation isTimeseriesNamespace'),
};

export const BULK_WRITE: Command = {
  kind: 'write',
  isTransactional: true,
  options: {
    supported: names('ops nsInfo ordered errorsOnly let cursor'),
    ignored: names('bypassDocumentValidation'),
  },
  run: bulkWrite,
};

function* bulkWrite(fields: Fields, context: Context): Task {
  const namespaces = fields.list('nsInfo', NAMESPACE).map((info) => info.string('ns'));
  for (const namespace of namespaces) checkNamespace(namespace);
  const operations = fields.list('ops', OPERATION);
  checkBatchSize(operations.length);
  const shared = fields.environment();
  const counts = { nErrors: 0, nInserted: 0, nMatched: 0, nModified: 0, nUpserted: 0, nDeleted: 0 };
  const results: Doc[] = [];
  for (const [idx, operation] of operations.entries()) {
    try {
      const environment = operation.statementEnvironment(fields, shared, 'constants');
      const { result, counted } = runOperation(operation, environment, namespaces, context);
      for (const [name, count] of Object.entries(counted)) counts[name as keyof typeof counts] += count;
      if (!fields.isSet('errorsOnly')) results.push({ ok: 1, idx, ...result });
    } catch (error) {
      counts.nErrors += 1;
      results.push({ ok: 0, idx, n: 0, ...errorFields(error) });
      if (fields.isNotOff('ordered')) break;
    }
  }
  const encoded = results.map((result) => encode(result));
  const reply: Reply = yield* listReply('admin.$cmd.bulkWrite', encoded, batchSizeOf(fields), context);
  return { ...reply, ...counts };
}

/** What is told of one operation, and what it adds to the counts of all. */
interface Done {
  result: Doc;
  counted: Record<string, number>;
}

function runOperation(
  operation: Fields,
  environment: Environment,
  namespaces: readonly string[],
  { catalog }: Context,
): Done {
  const kind = firstFieldOf(operation.doc);
  const namespace =
    namespaces[operation.integer(kind, 0) ?? 0] ??
    fail('BadValue', `BulkWrite ops entry ${kind} has an invalid nsInfo index.`);
  if (kind === 'insert') {
    insertDocument(catalog.ensure(namespace), operation.requiredDoc('document'));
    return { result: { n: 1 }, counted: { nInserted: 1 } };
  }
  const selection = {
    filter: operation.requiredDoc('filter'),
    isMulti: operation.isSet('multi'),
    hint: operation.value('hint'),
  };
  if (kind === 'delete') {
    const { deleted } = runDelete(catalog.get(namespace), selection, environment);
    return { result: { n: deleted }, counted: { nDeleted: deleted } };
  }
  if (kind === 'update') return runOneUpdate(operation, selection, environment, namespace, catalog);
  return fail(
    'FailedToParse',
    `an operation of bulkWrite begins with insert, update or delete, not '${kind}'`,
  );
}

function runOneUpdate(
  operation: Fields,
  selection: Pick<UpdateStatement, 'filter' | 'isMulti' | 'hint'>,
  environment: Environment,
  namespace: string,
  catalog: Catalog,
): Done {
  const statement: UpdateStatement = {
    ...selection,
    update: operation.value('updateMods'),
    isUpsert: operation.isSet('upsert'),
    arrayFilters: operation.optionalDocs('arrayFilters'),
    sort: operation.optionalDoc('sort'),
  };
  const { matched, modified, upserted } = runUpdate(catalog, namespace, statement, environment);
  return {
    result: { n: matched, nModified: modified, ...(upserted ? { upserted: { _id: upserted.id } } : {}) },
    counted: upserted ? { nUpserted: 1 } : { nMatched: matched, nModified: modified },
  };
}
