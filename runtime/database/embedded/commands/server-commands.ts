/** What clients ask about the server itself. */
import { Int32, ObjectId } from 'bson';
import { DOCUMENT_BYTES_MAX } from '../bson/validate.ts';
import { timestampOf } from '../storage/change-log.ts';
import { MESSAGE_BYTES_MAX } from '../wire/framing.ts';
import type { Command, CommandTable, Context, Reply } from './command.ts';
import type { Fields } from './fields.ts';
import { sessionKeyOf } from './sessions.ts';
import { CONNECTIONS_MAX } from './statistics.ts';

/** The server whose commands and answers we follow, and its number on the wire. */
const VERSION = [8, 0, 0, 0];
const WIRE_VERSION = 25;
/** Clients retry writes only where there is a replica set, so this is a set of one. */
const SET_NAME = 'embedded';
const HOST = 'embedded:0';
const WRITE_BATCH_MAX = 100_000;
const SESSION_MINUTES = 30;
const MEBIBYTE = 2 ** 20;
const ELECTION_ID = ObjectId.createFromHexString('7fffffff0000000000000001');

const hello: Command = {
  kind: 'local',
  options: { isLenient: true },
  run: (_fields, context) => describe(context),
};
const ok: Command['run'] = () => ({});

export const SERVER_COMMANDS: CommandTable = {
  hello,
  isMaster: hello,
  ismaster: hello,
  ping: { kind: 'local', options: {}, run: ok },
  buildInfo: { kind: 'local', options: {}, run: buildInfo },
  serverStatus: { kind: 'local', options: { isLenient: true }, run: serverStatus },
  endSessions: { kind: 'write', options: {}, run: endSessions },
};

function describe({ connectionId, changeLog }: Context): Reply {
  return {
    helloOk: true,
    isWritablePrimary: true,
    ismaster: true,
    secondary: false,
    readOnly: false,
    setName: SET_NAME,
    setVersion: 1,
    electionId: ELECTION_ID,
    hosts: [HOST],
    primary: HOST,
    me: HOST,
    maxBsonObjectSize: DOCUMENT_BYTES_MAX,
    maxMessageSizeBytes: MESSAGE_BYTES_MAX,
    maxWriteBatchSize: WRITE_BATCH_MAX,
    localTime: new Date(),
    operationTime: timestampOf(changeLog.now()),
    logicalSessionTimeoutMinutes: SESSION_MINUTES,
    connectionId,
    minWireVersion: 0,
    maxWireVersion: WIRE_VERSION,
  };
}

function buildInfo(): Reply {
  return {
    version: VERSION.slice(0, 3).join('.'),
    versionArray: VERSION.map((part) => new Int32(part)),
    gitVersion: 'none',
    modules: ['embedded'],
    bits: 64,
    debug: false,
    maxBsonObjectSize: DOCUMENT_BYTES_MAX,
    storageEngines: ['sqlite'],
  };
}

function serverStatus(_fields: Fields, context: Context): Reply {
  const { cursors, catalog, transactions, statistics, store, changeLog } = context;
  const { rss, heapUsed } = process.memoryUsage();
  const { current, totalCreated } = statistics.connections;
  const uptime = (Date.now() - statistics.startedAtMs) / 1000;
  return {
    host: 'embedded',
    version: VERSION.slice(0, 3).join('.'),
    process: 'embedded',
    pid: process.pid,
    uptime,
    uptimeMillis: Math.round(uptime * 1000),
    localTime: new Date(),
    connections: { current, available: CONNECTIONS_MAX - current, totalCreated },
    opcounters: { ...statistics.operations },
    mem: { bits: 64, resident: Math.round(rss / MEBIBYTE), heap: Math.round(heapUsed / MEBIBYTE) },
    storageEngine: { name: 'sqlite', persistent: true, bytes: store.size() },
    metrics: { cursor: { open: { total: cursors.count } } },
    transactions: { currentOpen: transactions.openCount, ...transactions.counts },
    changeStreams: { isRecording: changeLog.isRecording },
    catalogStats: { collections: catalog.list().length },
    repl: { setName: SET_NAME, isWritablePrimary: true, hosts: [HOST], me: HOST },
  };
}

function endSessions(fields: Fields, { sessions, transactions }: Context): Reply {
  for (const id of fields.optionalDocs('endSessions')) {
    transactions.abortOlder(sessionKeyOf(id));
    sessions.end(id);
  }
  return {};
}
