/** One server of the benchmark, in a process of its own: `contender.ts ingress|express|node-red`. Tells its port to its parent. */
import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import registry from '@node-red/registry';
import runtime from '@node-red/runtime';
import util from '@node-red/util';
import express, { type Express, raw } from 'express';
import { Binary, MongoClient } from 'mongodb';
import { ALL_CHANNELS } from '#nodes/all-channels.ts';
import { saveConnection } from '#runtime/clients/connection-model.ts';
import { openDatabase } from '#runtime/database/open-database.ts';
import { ClientId } from '#runtime/ids.ts';
import { Vault } from '#runtime/vault/vault.ts';
import { openIngress } from '../../../server/ingress/webhooks.ts';
import { openLog } from '../../../server/log.ts';
import { CONNECTION, PATH, SECRET, SHOP } from './webhook.ts';

const CONTENDERS = { ingress, express: bareExpress, 'node-red': nodeRed } as const;
const name = process.argv[2] as keyof typeof CONTENDERS;
const uri = process.argv[3] ?? '';

const listener: RequestListener = await CONTENDERS[name]();
process.once('disconnect', () => process.exit(0));
const server = createServer(listener).listen(0, '127.0.0.1', () =>
  process.send?.((server.address() as AddressInfo).port),
);

/** What `npm start` mounts, with one connection in the database. */
async function ingress(): Promise<RequestListener> {
  const database = await openDatabase(uri);
  const vault = new Vault(Buffer.alloc(32, 7));
  await saveConnection(database.models, {
    _id: CONNECTION,
    clientId: ClientId.parse('bench'),
    name: 'Shop',
    sandbox: true,
    countingAuthority: false,
    createdAt: new Date(),
    channel: 'shopify',
    baseUrl: 'http://127.0.0.1:9',
    secret: vault.seal(CONNECTION, {
      accessToken: 'shpat_0123456789abcdef',
      clientSecret: SECRET,
      shop: SHOP,
    }),
  });
  const log = openLog('warn', 'web');
  const { door, routes } = openIngress({ database, vault, channels: ALL_CHANNELS, log, accepted: () => {} });
  const app = express().use('/hooks', routes);
  return (request, response) => {
    if (!door(request, response)) app(request, response);
  };
}

/** The least that keeps anything: the body, in one journaled write. */
async function bareExpress(): Promise<Express> {
  const client = await new MongoClient(uri).connect();
  const bodies = client.db('bare').collection<{ _id: string; body: Binary }>('bodies');
  const bare = express();
  bare.use(raw({ type: () => true }));
  bare.post(PATH, async (request, response) => {
    const document = { _id: randomUUID(), body: new Binary(request.body as Buffer) };
    await bodies.insertOne(document, { writeConcern: { w: 'majority', journal: true } });
    response.status(200).end();
  });
  return bare;
}

/** Node-RED as a user would do it, without SyncFlow's nodes: it reads the JSON, computes something and answers. */
async function nodeRed(): Promise<Express> {
  const settings = {
    httpAdminRoot: false,
    httpNodeRoot: '/',
    disableEditor: true,
    coreNodesDir: dirname(createRequire(import.meta.url).resolve('@node-red/nodes')),
    nodesIncludes: ['10-function.js', '21-httpin.js'],
    storageModule: memory(),
    credentialSecret: false,
    telemetry: { enabled: false },
    logging: { console: { level: 'off' } },
  };
  registry.checkFlowDependencies = async () => {};
  util.init(settings);
  runtime.init(settings, null);
  const flowsStarted = () =>
    new Promise<void>((resolve) => util.events.once('flows:started', () => resolve()));
  const empty = flowsStarted();
  await runtime.start();
  await empty;
  const started = flowsStarted();
  await runtime.flows.setFlows({
    flows: {
      flows: [
        { id: 'tab', type: 'tab', label: 'bench' },
        { id: 'in', z: 'tab', type: 'http in', url: PATH, method: 'post', wires: [['f']] },
        {
          id: 'f',
          z: 'tab',
          type: 'function',
          func: 'msg.payload = { id: msg.payload.id }; return msg;',
          outputs: 1,
          wires: [['out']],
        },
        { id: 'out', z: 'tab', type: 'http response', statusCode: '200', wires: [] },
      ],
    },
    deploymentType: 'full',
  });
  await started;
  return runtime.httpNode;
}

function memory() {
  let flows: readonly object[] = [];
  const nothing = async () => ({});
  return {
    init: async () => {},
    getFlows: async () => flows,
    saveFlows: async (saved: readonly object[]) => {
      flows = saved;
    },
    getCredentials: nothing,
    saveCredentials: nothing,
    getSettings: nothing,
    saveSettings: nothing,
    getSessions: nothing,
    saveSessions: nothing,
    getLibraryEntry: nothing,
    saveLibraryEntry: nothing,
  };
}
