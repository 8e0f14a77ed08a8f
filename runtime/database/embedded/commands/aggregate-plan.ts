/** What an aggregation is made of. What stands at the beginning of a pipeline and an index can do is left to the indexes. */
import { Int32 } from 'bson';
import { Environment } from '../aggregate/expression.ts';
import { compilePipeline, type ForeignCollections, outputOf } from '../aggregate/pipeline.ts';
import type { Stream } from '../aggregate/stream.ts';
import { decode } from '../bson/decode.ts';
import { encode } from '../bson/encode.ts';
import { toDouble } from '../bson/numbers.ts';
import { type Doc, firstFieldOf, isDoc, isNumber, setField, type Value } from '../bson/values.ts';
import { type Documents, find } from '../operations/find.ts';
import { count, type Selection, select, withoutRests } from '../operations/select.ts';
import { PAUSE } from '../pause.ts';
import type { Collection } from '../storage/collection.ts';
import { docOf } from '../storage/scan.ts';
import type { Context } from './command.ts';
import type { Fields } from './fields.ts';
import { namespaceOf } from './namespace.ts';

export interface CompiledAggregate {
  collection: Collection | undefined;
  /** What the indexes may help with. */
  selection: Selection;
  rest: readonly Value[];
  output: Doc | undefined;
  documents(): Documents;
}

/** Checks the whole pipeline, also the part that is not run as stages. */
export function compileAggregate(fields: Fields, context: Context): CompiledAggregate {
  const collection = context.catalog.get(namespaceOf(fields, 'aggregate', context));
  const environment = fields.environment();
  const { output, before: stages } = outputOf(fields.array('pipeline'));
  const foreign = foreignCollections(context);
  compilePipeline(stages, environment, foreign);
  const { selection, rest } = takeSelection(stages, { filter: {}, hint: fields.value('hint'), environment });
  const documents = (): Documents => answer(collection, selection, rest, environment, foreign);
  return { collection, selection, rest, output, documents };
}

function answer(
  collection: Collection | undefined,
  selection: Selection,
  rest: readonly Value[],
  environment: Environment,
  foreign: ForeignCollections,
): Documents {
  if (rest.length === 0) return find(collection, selection, undefined);
  const counted = countedField(rest);
  if (counted) return countDocuments(collection, selection, counted);
  const stage = compilePipeline(rest, environment, foreign);
  const rows = select(collection, selection);
  return (function* documents(): Documents {
    const source = (function* decoded(): Generator<Doc | typeof PAUSE> {
      for (const row of rows) yield row === PAUSE ? row : docOf(row);
    })();
    for (const doc of stage(source) as Stream) yield doc === PAUSE ? doc : encode(doc);
  })();
}

/** `$match`, `$sort`, `$skip` and `$limit` at the beginning, in this order, are a selection. */
function takeSelection(
  stages: readonly Value[],
  start: Selection,
): { selection: Selection; rest: readonly Value[] } {
  const selection = { ...start };
  let next = 0;
  const take = (name: string): Value => {
    const stage = stages[next];
    if (!isDoc(stage) || firstFieldOf(stage) !== name) return undefined;
    next += 1;
    return stage[name];
  };
  const filter = take('$match');
  if (isDoc(filter)) selection.filter = filter;
  const sort = take('$sort');
  if (isDoc(sort)) selection.sort = sort;
  const skip = take('$skip');
  if (isNumber(skip)) selection.skip = toDouble(skip);
  const limit = take('$limit');
  if (isNumber(limit)) selection.limit = toDouble(limit);
  return { selection, rest: stages.slice(next) };
}

/**
 * The driver's `countDocuments` is `[$match, {$group: {_id: 1, n: {$sum: 1}}}]`: it only wants to know how many
 * there are, which an index may know without a look at the documents.
 */
function countedField(stages: readonly Value[]): { name: string; id: Value } | undefined {
  const [stage] = stages;
  if (stages.length !== 1 || !isDoc(stage)) return undefined;
  if (typeof stage.$count === 'string') return { name: stage.$count, id: undefined };
  const group = stage.$group;
  if (
    !isDoc(group) ||
    Object.keys(group).length !== 2 ||
    isDoc(group._id) ||
    typeof group._id === 'string' ||
    Array.isArray(group._id)
  )
    return undefined;
  const name = Object.keys(group).find((field) => field !== '_id') ?? '';
  const accumulator = group[name];
  const sum = isDoc(accumulator) && Object.keys(accumulator).length === 1 ? accumulator.$sum : undefined;
  return sum instanceof Int32 && sum.value === 1 ? { name, id: group._id } : undefined;
}

function* countDocuments(
  collection: Collection | undefined,
  selection: Selection,
  { name, id }: { name: string; id: Value },
): Documents {
  const found = yield* count(collection, selection);
  if (found === 0) return;
  const doc: Doc = id === undefined ? {} : { _id: id };
  setField(doc, name, found);
  yield encode(doc);
}

function foreignCollections({ catalog, database }: Context): ForeignCollections {
  return {
    *find(name, filter) {
      const rows = select(catalog.get(`${database}.${name}`), { filter, environment: new Environment() });
      for (const row of withoutRests(rows)) yield decode(row.bytes);
    },
    hasIndexOn: (name, path) =>
      catalog
        .get(`${database}.${name}`)
        ?.indexes.some(
          (index) => index.fields[0]?.path === path && !index.partialFilter && !index.isSparse,
        ) ?? false,
  };
}
