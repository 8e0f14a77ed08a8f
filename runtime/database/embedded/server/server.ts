/** The server in one thread: the database file, its connections, and what has to be done now and then. */
import { createServer, type Server as NetServer, type Socket } from 'node:net';
import { Cursors } from '../commands/cursors.ts';
import { Sessions } from '../commands/sessions.ts';
import { CONNECTIONS_MAX, Statistics } from '../commands/statistics.ts';
import { Transactions } from '../commands/transactions.ts';
import { Catalog } from '../storage/catalog.ts';
import { ChangeLog } from '../storage/change-log.ts';
import { Store } from '../storage/store.ts';
import { listen } from './address.ts';
import { Connection } from './connection.ts';
import type { Services } from './dispatch.ts';
import { deleteExpired } from './expiry.ts';
import type { Log } from './log.ts';
import { ScanNotices } from './scan-notices.ts';
import { Turns } from './turns.ts';

const SWEEP_MS = 60_000;
const TRANSACTION_SWEEP_MS = 5_000;
const CLOSING_MS_MAX = 2_000;

export class Server {
  private readonly services: Services;
  private readonly turns: Turns;
  private readonly log: Log;
  private readonly sockets = new Set<Socket>();
  private readonly netServer: NetServer;
  private readonly sweepTimers: readonly NodeJS.Timeout[];

  /** Opens the data folder, or throws an Error with a sentence that says why it can't. */
  constructor(dir: string, log: Log) {
    const store = new Store(dir);
    const catalog = new Catalog(store);
    this.log = log;
    const changeLog = new ChangeLog(store);
    const sessions = new Sessions(store);
    const transactions = new Transactions({ store, catalog, sessions, changeLog });
    const statistics = new Statistics();
    this.services = { store, catalog, cursors: new Cursors(), sessions, transactions, changeLog, statistics };
    const notices = new ScanNotices(log);
    store.onLongScan = (namespace, filter, sort) => notices.note(namespace, filter, sort);
    this.turns = new Turns(store, log);
    this.netServer = createServer((socket) => this.accept(socket));
    this.netServer.maxConnections = CONNECTIONS_MAX;
    this.sweepTimers = [
      setInterval(() => this.sweep(), SWEEP_MS),
      setInterval(() => transactions.closeExpired(Date.now()), TRANSACTION_SWEEP_MS),
    ];
  }

  /** Starts to listen and returns the connection string. */
  listen(dir: string): Promise<string> {
    return listen(this.netServer, dir);
  }

  /** Answers what has arrived, then ends all connections and closes the file. */
  async close(): Promise<void> {
    for (const timer of this.sweepTimers) clearInterval(timer);
    const closed = new Promise<void>((done) => this.netServer.close(() => done()));
    this.turns.stop();
    for (const socket of this.sockets) socket.destroySoon();
    // Whoever does not take its last answer is not waited for.
    const patience = setTimeout(() => {
      for (const socket of this.sockets) socket.destroy();
    }, CLOSING_MS_MAX);
    await closed;
    clearTimeout(patience);
    this.services.store.close();
  }

  private accept(socket: Socket): void {
    this.sockets.add(socket);
    const { connections } = this.services.statistics;
    connections.current += 1;
    connections.totalCreated += 1;
    socket.on('close', () => {
      this.sockets.delete(socket);
      connections.current -= 1;
    });
    new Connection(socket, connections.totalCreated, this.services, this.turns, this.log);
  }

  private sweep(): void {
    this.services.cursors.closeIdle(Date.now());
    try {
      deleteExpired(this.services, new Date());
      this.services.changeLog.trim(Date.now());
      // Change streams have something to tell of what has just been deleted.
      this.turns.schedule();
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.log({
        level: 'error',
        message: 'What has expired could not be deleted. It is tried again in a minute.',
        error: text,
      });
    }
  }
}
