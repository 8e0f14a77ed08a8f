/** What clients ask about the server itself. */
import { Int32, ObjectId } from 'bson';
import { DOCUMENT_BYTES_MAX } from '../bson/validate.ts';
import { MESSAGE_BYTES_MAX } from '../wire/framing.ts';
import { type Command, type CommandTable, type Context, names, type Reply } from './command.ts';
import type { Fields } from './fields.ts';

/** The server whose commands and answers we follow, and its number on the wire. */
const VERSION = [8, 0, 0, 0];
const WIRE_VERSION = 25;
/** Clients retry writes only where there is a replica set, so this is a set of one. */
const SET_NAME = 'embedded';
const WRITE_BATCH_MAX = 100_000;
const SESSION_MINUTES = 30;
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
  serverStatus: { kind: 'local', options: { ignored: names('repl metrics locks') }, run: serverStatus },
  endSessions: { kind: 'write', options: {}, run: endSessions },
};

function describe({ connectionId }: Context): Reply {
  return {
    helloOk: true,
    isWritablePrimary: true,
    ismaster: true,
    secondary: false,
    readOnly: false,
    setName: SET_NAME,
    setVersion: 1,
    electionId: ELECTION_ID,
    hosts: ['embedded:0'],
    primary: 'embedded:0',
    me: 'embedded:0',
    maxBsonObjectSize: DOCUMENT_BYTES_MAX,
    maxMessageSizeBytes: MESSAGE_BYTES_MAX,
    maxWriteBatchSize: WRITE_BATCH_MAX,
    localTime: new Date(),
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

function serverStatus(_fields: Fields, { cursors, catalog }: Context): Reply {
  return {
    version: VERSION.slice(0, 3).join('.'),
    process: 'embedded',
    pid: process.pid,
    uptime: process.uptime(),
    localTime: new Date(),
    storageEngine: { name: 'sqlite', persistent: true },
    metrics: { cursor: { open: { total: cursors.count } } },
    catalogStats: { collections: catalog.list().length },
  };
}

function endSessions(fields: Fields, { sessions }: Context): Reply {
  for (const id of fields.optionalDocs('endSessions')) sessions.end(id);
  return {};
}
