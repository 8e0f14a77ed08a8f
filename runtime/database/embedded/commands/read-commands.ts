/** `find`, `getMore`, `killCursors`, `count` and `distinct`. */
import { Long } from 'bson';
import { isEqual } from '../bson/compare.ts';
import { identityOf } from '../bson/keys.ts';
import { EMPTY_ARRAY, spread } from '../bson/paths.ts';
import { typeOf, type Value } from '../bson/values.ts';
import { fail } from '../errors.ts';
import { find } from '../operations/find.ts';
import { count, select } from '../operations/select.ts';
import { PAUSE } from '../pause.ts';
import { docOf } from '../storage/scan.ts';
import { type CommandTable, type Context, names, type Reply, type Task } from './command.ts';
import { firstBatch, nextBatch } from './cursor-reply.ts';
import type { Fields } from './fields.ts';
import { namespaceOf } from './namespace.ts';

/** How long a cursor without an end waits for news, unless it is told. */
const AWAIT_MS = 1000;

export const READ_COMMANDS: CommandTable = {
  find: {
    kind: 'read',
    isTransactional: true,
    options: {
      supported: names('filter sort projection skip limit batchSize singleBatch hint let collation'),
      ignored: names('allowDiskUse noCursorTimeout allowPartialResults oplogReplay mirrored'),
      refused: names(
        'tailable awaitData returnKey showRecordId min max ntoreturn resumeAfter requestResumeToken term collectionUUID',
      ),
    },
    run: runFind,
  },
  getMore: {
    kind: 'read',
    isTransactional: true,
    isAwaiting: true,
    options: { supported: names('collection batchSize'), refused: names('term lastKnownCommittedOpTime') },
    run: getMore,
  },
  killCursors: {
    kind: 'read',
    isTransactional: true,
    options: { supported: names('cursors') },
    run: killCursors,
  },
  count: {
    kind: 'read',
    options: {
      supported: names('query limit skip hint collation'),
      ignored: names('fields'),
      refused: names('collectionUUID'),
    },
    run: runCount,
  },
  distinct: {
    kind: 'read',
    isTransactional: true,
    options: { supported: names('key query hint collation'), refused: names('collectionUUID') },
    run: distinct,
  },
};

function runFind(fields: Fields, context: Context): Task {
  const namespace = namespaceOf(fields, 'find', context);
  const limit = fields.integer('limit') ?? 0;
  const selection = {
    filter: fields.optionalDoc('filter') ?? {},
    sort: fields.optionalDoc('sort'),
    skip: fields.integer('skip', 0) ?? 0,
    limit: Math.abs(limit),
    hint: fields.value('hint'),
    environment: fields.environment(),
  };
  const documents = find(context.catalog.get(namespace), selection, fields.optionalDoc('projection'));
  const isSingle = fields.isSet('singleBatch') || limit < 0;
  return firstBatch({ namespace, documents, batchSize: fields.integer('batchSize', 0), isSingle }, context);
}

function getMore(fields: Fields, context: Context): Task {
  const id = cursorIdOf(fields.value('getMore'));
  const cursor = context.cursors.get(id);
  if (cursor.namespace !== `${context.database}.${fields.string('collection')}`) {
    fail('CursorNotFound', `cursor id ${id} belongs to another namespace`);
  }
  if (cursor.sessionKey !== undefined && cursor.sessionKey !== context.sessionKey) {
    fail(50738, `Cannot run getMore on cursor ${id}, which was created in another session`);
  }
  const size = fields.integer('batchSize', 0) || Infinity;
  return nextBatch(id, cursor, { size, awaitMs: fields.integer('maxTimeMS', 0) ?? AWAIT_MS }, context);
}

function killCursors(fields: Fields, { cursors }: Context): Reply {
  const ids = fields.array('cursors').map(cursorIdOf);
  const killed = ids.filter((id) => cursors.close(id));
  const toLongs = (list: readonly bigint[]): Long[] => list.map((id) => Long.fromBigInt(id));
  return {
    cursorsKilled: toLongs(killed),
    cursorsNotFound: toLongs(ids.filter((id) => !killed.includes(id))),
    cursorsAlive: [],
    cursorsUnknown: [],
  };
}

function cursorIdOf(id: Value): bigint {
  return id instanceof Long
    ? id.toBigInt()
    : fail('TypeMismatch', `a cursor id is a long, not ${typeOf(id)}`);
}

function* runCount(fields: Fields, context: Context): Task {
  const collection = context.catalog.get(namespaceOf(fields, 'count', context));
  const n = yield* count(collection, {
    filter: fields.optionalDoc('query') ?? {},
    skip: fields.integer('skip', 0) ?? 0,
    limit: Math.abs(fields.integer('limit') ?? 0),
    hint: fields.value('hint'),
    environment: fields.environment(),
  });
  return { n };
}

function* distinct(fields: Fields, context: Context): Task {
  const collection = context.catalog.get(namespaceOf(fields, 'distinct', context));
  const path = fields.string('key').split('.');
  const environment = fields.environment();
  const values = new Map<string, Value>();
  for (const row of select(collection, {
    filter: fields.optionalDoc('query') ?? {},
    hint: fields.value('hint'),
    environment,
  })) {
    if (row === PAUSE) {
      yield row;
      continue;
    }
    for (const [value] of spread(docOf(row), [path]).rows) {
      if (value !== undefined && value !== EMPTY_ARRAY) values.set(identityOf(value), value);
    }
  }
  const { collator } = environment;
  const found = [...values.values()];
  return {
    values: collator
      ? found.filter((value, at) => found.findIndex((one) => isEqual(one, value, collator)) === at)
      : found,
  };
}
