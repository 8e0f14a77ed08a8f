/** A bench in a process of its own, to be killed: `node bench-process.ts <database> <client> <flows as JSON>`. Tells when it runs. */
import { openDatabase } from '#runtime/database/open-database.ts';
import { ClientId } from '#runtime/ids.ts';
import type { Graph } from '#runtime/pipelines/graph.ts';
import { openFlowBench } from './flow-bench.ts';

/** Its leases are known by it. */
const KILLED = 'killed';

const [uri = '', clientId = '', flows = '{}'] = process.argv.slice(2);
const bench = await openFlowBench(await openDatabase(uri), ClientId.parse(clientId), KILLED);
await bench.deploy(JSON.parse(flows) as Record<string, Graph>);
process.send?.('ready');
