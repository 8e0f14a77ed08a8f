/** `npm run flow:test -- PIPELINE [--client ID] [--deployed] [--uri mongodb://…]`: runs the tests of a flow. SyncFlow may be running. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { allClients } from '#runtime/clients/client-model.ts';
import type { Database } from '#runtime/database/open-database.ts';
import { Drafts } from '#runtime/pipelines/drafts.ts';
import type { Graph } from '#runtime/pipelines/graph.ts';
import { type PipelineDocument, pipelinesOf } from '#runtime/pipelines/pipeline-model.ts';
import type { TestResult } from '#runtime/trial/trial.ts';
import { Trials } from '#runtime/trial/trial-process.ts';
import { print, runCommand } from '../database/command.ts';
import { joinDatabase } from '../database/connect.ts';

const USAGE = `Usage: npm run flow:test -- PIPELINE [--client ID] [--deployed] [--uri mongodb://…/database]
PIPELINE is the id or the name of a flow; its draft is tested, or with --deployed what runs now.
Ends with 0 when every test passes, with 1 when one fails or there is none.`;

const given = readArguments();

await runCommand(async () => {
  const { database, uri, close } = await joinDatabase(given.uri);
  try {
    const flows = await flowsNamed(database, given.pipeline);
    if (flows.length === 0) throw new Error(`There is no flow with the id or the name "${given.pipeline}".`);
    for (const flow of flows) {
      const results = await testsOf(flow, await graphOf(database, flow), uri);
      print(textOf(flow.name, results));
      if (results.length === 0 || results.some(({ problem }) => problem)) process.exitCode = 1;
    }
  } finally {
    await close();
  }
});

async function flowsNamed(database: Database, wanted: string): Promise<PipelineDocument[]> {
  const clients = await allClients(database.models);
  const all = await Promise.all(
    clients
      .filter(({ _id }) => given.client === undefined || _id === given.client)
      .map(({ _id }) => pipelinesOf(database.models, _id)),
  );
  return all.flat().filter(({ _id, name }) => _id === wanted || name === wanted);
}

async function graphOf(database: Database, { _id, clientId, graph }: PipelineDocument): Promise<Graph> {
  if (given.deployed) return graph;
  return (await new Drafts(database.db, clientId).of(_id))?.graph ?? graph;
}

async function testsOf(
  { clientId, name }: PipelineDocument,
  graph: Graph,
  uri: string,
): Promise<readonly TestResult[]> {
  const { tests = [] } = graph;
  if (tests.length === 0) return [];
  const script = join(import.meta.dirname, '..', 'trial-runner.ts');
  const trials = new Trials({ script, environment: () => ({ TRIAL_MONGODB_URI: uri }) });
  return (await trials.run({ clientId, name, graph, deployed: null, of: { kind: 'tests', tests } })).tests;
}

function textOf(flow: string, results: readonly TestResult[]): string {
  if (results.length === 0) return `${flow}: it has no tests.`;
  const lines = results.map(({ name, problem }) => (problem ? `  ✕ ${name}: ${problem}` : `  ✓ ${name}`));
  return [flow, ...lines].join('\n');
}

function readArguments() {
  const options = {
    client: { type: 'string' },
    uri: { type: 'string' },
    deployed: { type: 'boolean', default: false },
  } as const;
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const [pipeline] = positionals;
    if (pipeline !== undefined) return { ...values, pipeline };
  } catch (error) {
    print(error instanceof Error ? error.message : String(error));
  }
  print(USAGE);
  return process.exit(2);
}
