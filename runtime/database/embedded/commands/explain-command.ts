/** `explain`: how a command finds its documents, and at what cost. Nothing is written. */
import { outputOf } from '../aggregate/pipeline.ts';
import type { Doc, Value } from '../bson/values.ts';
import { fail, unsupported } from '../errors.ts';
import { count, planOf, type Selection, select } from '../operations/select.ts';
import { PAUSE } from '../pause.ts';
import type { Collection } from '../storage/collection.ts';
import type { Plan } from '../storage/planner.ts';
import type { ScanTally } from '../storage/scan.ts';
import { compileAggregate } from './aggregate-plan.ts';
import { type Command, type Context, names, type Task } from './command.ts';
import { Fields } from './fields.ts';
import { namespaceOf } from './namespace.ts';

const VERBOSITIES = ['queryPlanner', 'executionStats', 'allPlansExecution'];

/** How a command's fields select documents, and what it does with them. */
interface Explained {
  stage?: 'COUNT' | 'UPDATE' | 'DELETE';
  selection(fields: Fields): Selection;
}
const EXPLAINED: Readonly<Record<string, Explained>> = {
  find: { selection: (fields) => selectionOf(fields, fields, 'filter') },
  count: { stage: 'COUNT', selection: (fields) => selectionOf(fields, fields, 'query') },
  distinct: { selection: (fields) => selectionOf(fields, fields, 'query') },
  update: { stage: 'UPDATE', selection: (fields) => firstStatement(fields, 'updates') },
  delete: { stage: 'DELETE', selection: (fields) => firstStatement(fields, 'deletes') },
  findAndModify: {
    stage: 'UPDATE',
    selection: (fields) => ({ ...selectionOf(fields, fields, 'query'), limit: 1 }),
  },
};

/** @param commandOf finds the command that is to be explained, to check its options. */
export function explainCommand(commandOf: (name: string) => { name: string; command: Command }): Command {
  return {
    kind: 'read',
    options: { supported: names('verbosity') },
    run: (fields, context) => {
      const verbosity = fields.value('verbosity') ?? 'allPlansExecution';
      if (typeof verbosity !== 'string' || !VERBOSITIES.includes(verbosity)) {
        return fail('BadValue', `verbosity string must be one of ${VERBOSITIES.join(', ')}`);
      }
      const inner = fields.requiredDoc('explain');
      const given = Object.keys(inner)[0] ?? '';
      const { name, command } = commandOf(given);
      const innerFields = new Fields(given === name ? inner : { [name]: inner[given], ...inner }, name);
      innerFields.check(command.options, IN_ANY_COMMAND, name);
      if (name === 'aggregate') return explainAggregate(innerFields, context, verbosity);
      const explained = Object.hasOwn(EXPLAINED, name) ? EXPLAINED[name] : undefined;
      if (!explained) return unsupported(`explain of '${name}'`);
      return explain(innerFields, name, explained, verbosity, context);
    },
  };
}
const IN_ANY_COMMAND = new Set(
  names('$db lsid readConcern writeConcern maxTimeMS comment $readPreference findandmodify'),
);

/** The pipeline's stages run over what its beginning selects, so that is what is explained. */
export function explainAggregate(fields: Fields, context: Context, verbosity: string): Task {
  const { collection, selection, rest } = compileAggregate(fields, context);
  const namespace = namespaceOf(fields, 'aggregate', context);
  const { output } = outputOf(fields.array('pipeline'));
  const stages = [...rest, ...(output ? [output] : [])];
  return (function* task(): Task {
    const body = yield* described(namespace, collection, selection, undefined, verbosity);
    if (stages.length === 0) return { ...body, command: fields.doc };
    const { explainVersion, ...cursor } = body;
    return { explainVersion, stages: [{ $cursor: cursor }, ...stages], command: fields.doc };
  })();
}

function* explain(
  fields: Fields,
  name: string,
  { stage, selection }: Explained,
  verbosity: string,
  context: Context,
): Task {
  const namespace = namespaceOf(fields, name, context);
  const isRemoval = name === 'findAndModify' && fields.isSet('remove');
  const body = yield* described(
    namespace,
    context.catalog.get(namespace),
    selection(fields),
    isRemoval ? 'DELETE' : stage,
    verbosity,
  );
  return { ...body, command: fields.doc };
}

function* described(
  namespace: string,
  collection: Collection | undefined,
  selection: Selection,
  stage: Explained['stage'],
  verbosity: string,
): Task {
  const plan = collection && planOf(collection, selection);
  const found = plan ? describePlan(plan, selection) : { stage: 'EOF' };
  const winningPlan = stage ? { stage, inputStage: found } : found;
  const queryPlanner = { namespace, parsedQuery: selection.filter, winningPlan, rejectedPlans: [] };
  if (verbosity === 'queryPlanner') return { explainVersion: '1', queryPlanner };
  const startMs = performance.now();
  const tally: ScanTally = { keys: 0, documents: 0 };
  const nReturned = yield* stage === 'COUNT'
    ? count(collection, { ...selection, tally })
    : walk(collection, { ...selection, tally });
  const isWrite = stage === 'UPDATE' || stage === 'DELETE';
  const executionStats = {
    executionSuccess: true,
    nReturned: isWrite ? 0 : nReturned,
    executionTimeMillis: Math.round(performance.now() - startMs),
    totalKeysExamined: tally.keys,
    totalDocsExamined: tally.documents,
    executionStages: { ...winningPlan, nReturned: isWrite ? 0 : nReturned, ...wouldDo(stage, nReturned) },
    ...(verbosity === 'allPlansExecution' ? { allPlansExecution: [] } : {}),
  };
  return { explainVersion: '1', queryPlanner, executionStats };
}

function wouldDo(stage: Explained['stage'], count: number): Doc {
  if (stage === 'UPDATE') return { nMatched: count, nWouldModify: count };
  return stage === 'DELETE' ? { nWouldDelete: count } : {};
}

function* walk(collection: Collection | undefined, selection: Selection): Generator<typeof PAUSE, number> {
  let found = 0;
  for (const row of select(collection, selection)) {
    if (row === PAUSE) yield row;
    else found += 1;
  }
  return found;
}

/** In MongoDB's words: what is read stands innermost. */
function describePlan(plan: Plan, { filter, sort, skip = 0, limit = 0 }: Selection): Doc {
  const direction = plan.descending ? 'backward' : 'forward';
  const rest = plan.isExact ? {} : { filter };
  let stage: Doc = { stage: 'COLLSCAN', ...rest, direction };
  if (plan.index) {
    const { index } = plan;
    const inputStage = {
      stage: 'IXSCAN',
      keyPattern: index.stored.spec.key,
      indexName: index.name,
      isMultiKey: index.stored.multikey.includes(true),
      isUnique: index.isUnique,
      isSparse: index.isSparse,
      isPartial: index.partialFilter !== undefined,
      direction,
    };
    stage = { stage: 'FETCH', ...rest, inputStage };
  }
  if (!plan.isSorted && sort) stage = { stage: 'SORT', sortPattern: sort, inputStage: stage };
  if (skip > 0) stage = { stage: 'SKIP', skipAmount: skip, inputStage: stage };
  return limit > 0 ? { stage: 'LIMIT', limitAmount: limit, inputStage: stage } : stage;
}

function selectionOf(fields: Fields, command: Fields, filterField: string): Selection {
  return {
    filter: fields.optionalDoc(filterField) ?? {},
    sort: fields.optionalDoc('sort'),
    skip: fields.integer('skip', 0) ?? 0,
    limit: Math.abs(fields.integer('limit') ?? 0),
    hint: fields.value('hint'),
    environment: command.environment(),
  };
}

/** MongoDB explains a write of one statement only. */
function firstStatement(command: Fields, listField: 'updates' | 'deletes'): Selection {
  const [statement, ...others] = command.optionalDocs(listField);
  if (!statement || others.length > 0)
    return fail('InvalidLength', 'explained write batches must be of size 1');
  const fields = new Fields(statement, listField);
  const isMulti: Value = listField === 'updates' ? fields.isSet('multi') : fields.integer('limit') === 0;
  return { ...selectionOf(fields, command, 'q'), limit: isMulti ? 0 : 1 };
}
