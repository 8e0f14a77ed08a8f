/** `insert`, `update`, `delete` and `findAndModify`. */
import type { Environment } from '../aggregate/expression.ts';
import { decode } from '../bson/decode.ts';
import { RawDocument } from '../bson/raw.ts';
import type { Doc, Value } from '../bson/values.ts';
import { fail } from '../errors.ts';
import { type DeleteStatement, runDelete } from '../operations/delete.ts';
import { insertBytes } from '../operations/insert.ts';
import { runUpdate, type UpdateStatement } from '../operations/update.ts';
import { compileFindProjection } from '../projection/find-projection.ts';
import { runBatch } from './batch.ts';
import { type CommandTable, type Context, names, type Options, type Reply } from './command.ts';
import type { Fields } from './fields.ts';
import { namespaceOf } from './namespace.ts';

const UPDATE: Options = {
  supported: names('q u c multi upsert arrayFilters collation hint sort'),
  refused: names('sampleId'),
};
const DELETE: Options = { supported: names('q limit collation hint'), refused: names('sampleId') };
const REFUSED = ['encryptionInformation', 'isTimeseriesNamespace', 'collectionUUID'];

export const WRITE_COMMANDS: CommandTable = {
  insert: {
    kind: 'write',
    isTransactional: true,
    options: {
      supported: names('documents ordered'),
      ignored: names('bypassDocumentValidation'),
      refused: REFUSED,
    },
    run: insert,
  },
  update: {
    kind: 'write',
    isTransactional: true,
    options: {
      supported: names('updates ordered let'),
      ignored: names('bypassDocumentValidation'),
      refused: REFUSED,
    },
    run: update,
  },
  delete: {
    kind: 'write',
    isTransactional: true,
    options: { supported: names('deletes ordered let'), refused: REFUSED },
    run: remove,
  },
  findAndModify: {
    kind: 'write',
    isTransactional: true,
    options: {
      supported: names('query update remove new fields upsert sort hint collation arrayFilters let'),
      ignored: names('bypassDocumentValidation'),
      refused: [...REFUSED, 'sampleId'],
    },
    run: findAndModify,
  },
};

function insert(fields: Fields, context: Context): Reply {
  const namespace = namespaceOf(fields, 'insert', context);
  const documents =
    context.documents ?? fail(40414, "BSON field 'insert.documents' is missing but a required field");
  const collection = context.catalog.ensure(namespace);
  let n = 0;
  const errors = runBatch(documents, fields.isNotOff('ordered'), (bytes) => {
    insertBytes(collection, bytes);
    n += 1;
  });
  return { n, ...errors };
}

function update(fields: Fields, context: Context): Reply {
  const namespace = namespaceOf(fields, 'update', context);
  const shared = fields.environment();
  const statements = fields.list('updates', UPDATE).map((statement) => ({
    ...updateOf(statement),
    environment: statement.statementEnvironment(fields, shared, 'c'),
  }));
  const upserted: Doc[] = [];
  let n = 0;
  let nModified = 0;
  const errors = runBatch(statements, fields.isNotOff('ordered'), (statement, index) => {
    const result = runUpdate(context.catalog, namespace, statement, statement.environment);
    n += result.matched;
    nModified += result.modified;
    if (result.upserted) upserted.push({ index, _id: result.upserted.id });
  });
  return { n, nModified, ...(upserted.length > 0 ? { upserted } : {}), ...errors };
}

function updateOf(fields: Fields): UpdateStatement {
  const isMulti = fields.isSet('multi');
  if (isMulti && fields.value('sort') !== undefined)
    fail('FailedToParse', 'Cannot specify sort with multi=true');
  return {
    filter: fields.requiredDoc('q'),
    update: fields.value('u'),
    isMulti,
    isUpsert: fields.isSet('upsert'),
    arrayFilters: fields.optionalDocs('arrayFilters'),
    sort: fields.optionalDoc('sort'),
    hint: fields.value('hint'),
  };
}

function remove(fields: Fields, context: Context): Reply {
  const collection = context.catalog.get(namespaceOf(fields, 'delete', context));
  const shared = fields.environment();
  const statements = fields.list('deletes', DELETE).map((statement) => ({
    ...deleteOf(statement),
    environment: statement.statementEnvironment(fields, shared, 'c'),
  }));
  let n = 0;
  const errors = runBatch(statements, fields.isNotOff('ordered'), (statement) => {
    n += runDelete(collection, statement, statement.environment).deleted;
  });
  return { n, ...errors };
}

function deleteOf(fields: Fields): DeleteStatement {
  const limit = fields.integer('limit');
  if (limit !== 0 && limit !== 1) {
    fail('FailedToParse', `The limit field in delete objects must be 0 or 1. Got ${limit}`);
  }
  return { filter: fields.requiredDoc('q'), isMulti: limit === 0, hint: fields.value('hint') };
}

function findAndModify(fields: Fields, context: Context): Reply {
  const namespace = namespaceOf(fields, 'findAndModify', context);
  const environment = fields.environment();
  const selection = {
    filter: fields.optionalDoc('query') ?? {},
    sort: fields.optionalDoc('sort'),
    hint: fields.value('hint'),
    isMulti: false,
  };
  const isRemove = fields.isSet('remove');
  const update = fields.value('update');
  if (isRemove === (update !== undefined))
    fail('FailedToParse', 'Either an update or remove=true must be specified');
  if (isRemove && (fields.isSet('new') || fields.isSet('upsert'))) {
    fail(
      'FailedToParse',
      "Cannot specify both new=true or upsert=true and remove=true; 'remove' always returns the deleted document",
    );
  }
  if (isRemove) {
    const { deleted, before } = runDelete(context.catalog.get(namespace), selection, environment);
    return { lastErrorObject: { n: deleted }, value: answer(before, fields, environment) };
  }
  const statement = {
    ...selection,
    update,
    isUpsert: fields.isSet('upsert'),
    arrayFilters: fields.optionalDocs('arrayFilters'),
  };
  const { matched, upserted, before, after } = runUpdate(context.catalog, namespace, statement, environment);
  return {
    lastErrorObject: {
      n: matched,
      updatedExisting: matched > 0 && !upserted,
      ...(upserted ? { upserted: upserted.id } : {}),
    },
    value: answer(fields.isSet('new') ? after : before, fields, environment),
  };
}

function answer(bytes: Uint8Array | undefined, fields: Fields, environment: Environment): Value {
  if (!bytes) return null;
  const spec = fields.optionalDoc('fields');
  if (!spec || Object.keys(spec).length === 0) return new RawDocument(bytes);
  return compileFindProjection(spec, environment.compile, environment.filterContext).apply(decode(bytes));
}
