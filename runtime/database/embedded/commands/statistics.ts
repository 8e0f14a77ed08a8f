/** What the server has done since it was started, for `serverStatus`. */

/** MongoDB's classes of commands; all others count as `command`. */
const CLASSES: Readonly<Record<string, keyof Statistics['operations']>> = {
  insert: 'insert',
  find: 'query',
  update: 'update',
  delete: 'delete',
  getMore: 'getmore',
};

export const CONNECTIONS_MAX = 5_000;

export class Statistics {
  readonly startedAtMs = Date.now();
  readonly operations = { insert: 0, query: 0, update: 0, delete: 0, getmore: 0, command: 0 };
  readonly connections = { current: 0, totalCreated: 0 };

  countCommand(name: string): void {
    this.operations[CLASSES[name] ?? 'command'] += 1;
  }
}
