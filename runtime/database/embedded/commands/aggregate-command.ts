/** `aggregate`: pipelines over a collection, change streams, and what writes its result. */
import { outputOf } from '../aggregate/pipeline.ts';
import { decode } from '../bson/decode.ts';
import { type Doc, firstFieldOf, isDoc } from '../bson/values.ts';
import { fail, unsupported } from '../errors.ts';
import type { Documents } from '../operations/find.ts';
import { IDLE, PAUSE } from '../pause.ts';
import { compileAggregate } from './aggregate-plan.ts';
import { openChangeStream } from './change-stream.ts';
import type { StreamScope } from './change-stream-options.ts';
import { type Command, type Context, names, type Reply, type Task } from './command.ts';
import { firstBatch, listReply } from './cursor-reply.ts';
import { explainAggregate } from './explain-command.ts';
import { Fields } from './fields.ts';
import { namespaceOf } from './namespace.ts';
import { writeOutput } from './output-stages.ts';

export const AGGREGATE: Command = {
  // $out and $merge write; all else can rest.
  kind: (fields) => (isWritingPipeline(fields) ? 'write' : 'read'),
  isTransactional: true,
  options: {
    supported: names('pipeline cursor hint let collation explain'),
    ignored: names('allowDiskUse bypassDocumentValidation'),
    refused: names('fromRouter needsMerge exchange isMapReduceCommand collectionUUID'),
  },
  run: aggregate,
};

/** Does the pipeline end in `$out` or `$merge`, and is it to be run? */
export function isWritingPipeline(fields: Fields): boolean {
  const stages = fields.value('pipeline');
  return Array.isArray(stages) && outputOf(stages).output !== undefined && !fields.isSet('explain');
}

function aggregate(fields: Fields, context: Context): Task | Reply {
  if (fields.isSet('explain')) return explainAggregate(fields, context, 'queryPlanner');
  const scope = scopeOf(fields, context);
  const cursorSpec =
    fields.optionalDoc('cursor') ??
    fail('FailedToParse', "The 'cursor' option is required, except for aggregate with the explain argument");
  const cursor = new Fields(cursorSpec, 'aggregate.cursor');
  cursor.check({ supported: names('batchSize') });
  const batchSize = cursor.integer('batchSize', 0);
  const stages = fields.array('pipeline');
  const [first] = stages;
  if (isDoc(first) && firstFieldOf(first) === '$changeStream') {
    if (context.isInTransaction) {
      fail('OperationNotSupportedInTransaction', 'Cannot run $changeStream in a multi-document transaction.');
    }
    const namespace = `${context.database}.${scope.collection ?? '$cmd.aggregate'}`;
    return firstBatch(
      { namespace, batchSize, ...openChangeStream(stages, scope, fields.environment(), context) },
      context,
    );
  }
  if (scope.collection === undefined)
    return unsupported('aggregate on a whole database, but for $changeStream,');
  const namespace = `${context.database}.${scope.collection}`;
  const { output, documents } = compileAggregate(fields, context);
  if (!output) return firstBatch({ namespace, documents: documents(), batchSize }, context);
  if (fields.optionalDoc('readConcern')?.level === 'linearizable') {
    fail('InvalidOptions', `${firstFieldOf(output)} cannot be used with a 'linearizable' read concern level`);
  }
  writeOutput(output, decoded(documents()), context);
  return listReply(namespace, [], batchSize, context);
}

/** The collection's name, or none for `aggregate: 1`. */
function scopeOf(fields: Fields, context: Context): StreamScope {
  const { database } = context;
  if (typeof fields.value('aggregate') !== 'string')
    return { database, collection: undefined, isCluster: false };
  const namespace = namespaceOf(fields, 'aggregate', context);
  return { database, collection: namespace.slice(database.length + 1), isCluster: false };
}

function* decoded(documents: Documents): Generator<Doc> {
  for (const bytes of documents) if (bytes !== PAUSE && bytes !== IDLE) yield decode(bytes);
}
