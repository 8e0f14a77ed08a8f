/** All commands by name. */
import { fail, unsupported } from '../errors.ts';
import { AGGREGATE } from './aggregate-command.ts';
import { BULK_WRITE } from './bulk-write-command.ts';
import { CATALOG_COMMANDS } from './catalog-commands.ts';
import { CHANGE_COMMANDS } from './change-commands.ts';
import type { Command, CommandTable } from './command.ts';
import { explainCommand } from './explain-command.ts';
import { INDEX_COMMANDS } from './index-commands.ts';
import { READ_COMMANDS } from './read-commands.ts';
import { SERVER_COMMANDS } from './server-commands.ts';
import { TRANSACTION_COMMANDS } from './transaction-commands.ts';
import { WRITE_COMMANDS } from './write-commands.ts';

const COMMANDS: CommandTable = {
  ...SERVER_COMMANDS,
  ...READ_COMMANDS,
  ...WRITE_COMMANDS,
  ...CATALOG_COMMANDS,
  ...INDEX_COMMANDS,
  ...CHANGE_COMMANDS,
  ...TRANSACTION_COMMANDS,
  aggregate: AGGREGATE,
  bulkWrite: BULK_WRITE,
  explain: explainCommand((name) => commandOf(name)),
};
/** Other spellings that clients use. */
const ALIASES: Readonly<Record<string, string>> = { findandmodify: 'findAndModify', buildinfo: 'buildInfo' };
/** Commands of MongoDB that this server does not have; any other name is unknown. */
const REFUSED = new Set(
  `applyOps authenticate collStats compact configureFailPoint connectionStatus
  convertToCapped createUser currentOp dataSize dbHash dbStats fsync getCmdLineOpts getLog getParameter hostInfo
  killAllSessions killOp killSessions listCommands logout mapReduce profile reIndex refreshSessions
  replSetGetStatus saslContinue saslStart setParameter shutdown startSession top validate whatsmyuri`.split(
    /\s+/,
  ),
);

/** Throws CommandNotSupported for what MongoDB has and we have not, CommandNotFound for all else. */
export function commandOf(name: string): { name: string; command: Command } {
  const ownName = ALIASES[name] ?? name;
  const command = Object.hasOwn(COMMANDS, ownName) ? COMMANDS[ownName] : undefined;
  if (command) return { name: ownName, command };
  if (REFUSED.has(name)) unsupported(`the command '${name}'`);
  return fail('CommandNotFound', `no such command: '${name.slice(0, 100)}'`);
}
