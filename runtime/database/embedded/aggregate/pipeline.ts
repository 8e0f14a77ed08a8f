/** Aggregation pipelines: each stage is compiled once, then documents stream through all of them. */
import { compileSort, parseSort } from '../bson/sort.ts';
import { type Doc, firstFieldOf, isDoc, type Value } from '../bson/values.ts';
import { fail, unsupported } from '../errors.ts';
import { compileFilter } from '../filter/filter.ts';
import type { Environment } from './expression.ts';
import { addFieldsStage, projectStage, replaceRootStage, unsetStage, unwindStage } from './stages/fields.ts';
import { countStage, groupStage, sortByCountStage } from './stages/group.ts';
import { lookupStage, unionStage } from './stages/lookup.ts';
import { limitStage, sampleStage, skipStage, sortStage } from './stages/sort.ts';
import { flatMap, gather, type Stage, withoutPauses } from './stream.ts';

/** The other collections of the database, for `$lookup` and `$unionWith`. */
export interface ForeignCollections {
  find(collection: string, filter: Doc): Iterable<Doc>;
  hasIndexOn(collection: string, path: string): boolean;
}
export type CompileStages = (stages: readonly Value[], environment: Environment) => Stage;
type StageCompiler = (argument: Value, environment: Environment, foreign: ForeignCollections) => Stage;

const STAGES: Readonly<Record<string, StageCompiler>> = {
  $match: matchStage,
  $sort: (argument, { collator }) => {
    if (!isDoc(argument) || Object.keys(argument).length === 0)
      fail(15976, '$sort stage must have at least one sort key');
    return sortStage(compileSort(parseSort(argument), collator));
  },
  $skip: skipStage,
  $limit: limitStage,
  $sample: sampleStage,
  $project: projectStage,
  $addFields: addFieldsStage,
  $set: addFieldsStage,
  $unset: unsetStage,
  $replaceRoot: (argument, environment) =>
    replaceRootStage(isDoc(argument) ? argument.newRoot : undefined, environment),
  $replaceWith: replaceRootStage,
  $unwind: unwindStage,
  $group: groupStage,
  $sortByCount: sortByCountStage,
  $count: countStage,
  $facet: facetStage,
  $lookup: (argument, environment, foreign) =>
    lookupStage(argument, environment, foreign, compilerWith(foreign)),
  $unionWith: (argument, environment, foreign) =>
    unionStage(argument, environment, foreign, compilerWith(foreign)),
};
/** Stages of MongoDB that this server does not have. */
const REFUSED = new Set(
  `$bucket $bucketAuto $changeStreamSplitLargeEvent $collStats $currentOp $densify $documents $fill
  $geoNear $graphLookup $indexStats $listClusterCatalog $listLocalSessions $listSampledQueries $listSearchIndexes
  $listSessions $planCacheStats $rankFusion $redact $scoreFusion $search $searchMeta $setWindowFields
  $shardedDataDistribution $vectorSearch`.split(/\s+/),
);
/** They write what the pipeline gave: the command does it, see `outputOf`. */
const OUTPUTS = new Set(['$out', '$merge']);
/** Those that a pipeline in the place of an update may have. */
const UPDATE_STAGES = new Set(['$addFields', '$set', '$project', '$unset', '$replaceRoot', '$replaceWith']);

/** Refuses unknown stages with code 40324, and those that exist in MongoDB only with CommandNotSupported. */
export function compilePipeline(
  stages: readonly Value[],
  environment: Environment,
  foreign: ForeignCollections,
): Stage {
  const compiled = stages.map((stage) => {
    const name = stageNameOf(stage);
    if (OUTPUTS.has(name)) fail(40601, `${name} can only be the final stage in the pipeline`);
    if (name === '$changeStream') fail(40602, '$changeStream is only valid as the first stage in a pipeline');
    const compile = Object.hasOwn(STAGES, name) ? STAGES[name] : undefined;
    if (compile) return compile((stage as Doc)[name], environment, foreign);
    if (REFUSED.has(name)) unsupported(`the stage ${name}`);
    return fail(40324, `Unrecognized pipeline stage name: '${name}'`);
  });
  return (input) => compiled.reduce((stream, stage) => stage(stream), input);
}

/** The stage at the end of a pipeline that writes its documents, and the stages before it. */
export function outputOf(stages: readonly Value[]): { output: Doc | undefined; before: readonly Value[] } {
  const last = stages.at(-1);
  if (!isDoc(last) || !OUTPUTS.has(firstFieldOf(last))) return { output: undefined, before: stages };
  stageNameOf(last);
  return { output: last, before: stages.slice(0, -1) };
}

/** A pipeline as an update of one document. */
export function compilePipelineUpdate(stages: readonly Value[], environment: Environment): (doc: Doc) => Doc {
  for (const stage of stages) {
    const name = stageNameOf(stage);
    if (!UPDATE_STAGES.has(name))
      fail('InvalidOptions', `${name} is not allowed to be used within an update`);
  }
  const run = compilePipeline(stages, environment, { find: () => [], hasIndexOn: () => false });
  return (doc) => {
    const [result] = withoutPauses(run([doc]));
    return result ?? fail('InternalError', 'an update pipeline lost its document');
  };
}

function stageNameOf(stage: Value): string {
  if (!isDoc(stage) || Object.keys(stage).length !== 1) {
    return fail(40323, 'A pipeline stage specification object must contain exactly one field.');
  }
  return firstFieldOf(stage);
}

function compilerWith(foreign: ForeignCollections): CompileStages {
  return (stages, environment) => compilePipeline(stages, environment, foreign);
}

function matchStage(argument: Value, environment: Environment): Stage {
  if (!isDoc(argument)) return fail(15959, 'the match filter must be an expression in an object');
  const test = compileFilter(argument, environment.filterContext);
  return flatMap((doc) => (test(doc) ? [doc] : []));
}

function facetStage(argument: Value, environment: Environment, foreign: ForeignCollections): Stage {
  if (!isDoc(argument) || Object.keys(argument).length === 0) {
    return fail(40169, 'the $facet specification must be a non-empty object');
  }
  const facets = Object.keys(argument).map((name) => {
    const stages = argument[name];
    if (!Array.isArray(stages)) return fail(40170, `arguments to $facet must be arrays, ${name} is none`);
    return { name, stage: compilePipeline(stages, environment, foreign) };
  });
  return gather((docs) => [
    Object.fromEntries(facets.map(({ name, stage }) => [name, [...withoutPauses(stage(docs))]])),
  ]);
}
