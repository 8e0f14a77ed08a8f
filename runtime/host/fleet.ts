/** The runners of this machine: one that most clients share, and one for each client that needs its own. */
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whenBack } from '../database/when-back.ts';
import type { DeadRunner } from '../events/free-leases.ts';
import { runnerNameOf } from '../events/runner-name.ts';
import type { ClientId, ConnectionId } from '../ids.ts';
import { WatchedProcess } from '../processes/watched-process.ts';
import { type Assignment, type RunnerName, SHARED } from './assign-clients.ts';
import { type Culprit, takeLastWords } from './last-words.ts';
import type { FromRunner, ToRunner } from './messages.ts';
import { RUNNER_V8_FLAGS } from './runner-memory.ts';

export interface FleetOptions {
  /** The script of a runner process. It gets RUNNER_ID, RUNNER_CLIENTS, DEAD_RUNNERS and LAST_WORDS in its environment. */
  readonly script: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Who is to run where, as things stand now. */
  readonly assignment: () => Promise<Assignment>;
  readonly onMessage: (message: FromRunner) => void;
  /** A runner died of what a node did. */
  readonly died?: (culprit: Culprit, reason: string) => void;
  readonly log: (
    level: 'info' | 'warn' | 'error',
    text: string,
    facts: Readonly<Record<string, unknown>>,
  ) => void;
  readonly silenceMsMax?: number;
}

/** How one runner is doing. */
export interface RunnerState {
  readonly name: RunnerName;
  readonly pid: number | undefined;
  readonly restarts: number;
}

interface Member {
  readonly process: WatchedProcess;
  clients: readonly ClientId[];
}

const DEAD_REMEMBERED_MAX = 50;

export class Fleet {
  readonly #options: FleetOptions;
  readonly #members = new Map<RunnerName, Member>();
  readonly #dead: DeadRunner[] = [];
  #turn: Promise<void> = Promise.resolve();
  #stopping = false;

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** Starts the runners; ends when each is ready to work. */
  async start(): Promise<void> {
    await this.#reassign();
  }

  /** The runners that there are, the shared one first. */
  get runners(): readonly RunnerState[] {
    return [...this.#members].map(
      ([
        name,
        {
          process: { pid, restarts },
        },
      ]) => ({ name, pid, restarts }),
    );
  }

  /** The client's inbox has something new. */
  wake(clientId: ClientId): void {
    this.#tell(clientId, { kind: 'events', clientId });
  }

  /** A channel has something to tell, or a person asked for more of it. */
  poll(clientId: ClientId, connectionId: ConnectionId): void {
    this.#tell(clientId, { kind: 'poll', clientId, connectionId });
  }

  /** Pipelines or connections of the client have changed; it may need another runner now. */
  reload(clientId: ClientId): void {
    this.#turn = this.#turn
      .then(async () => {
        // Nobody asks twice: while the database is away, it is waited for.
        await whenBack(
          () => this.#reassign(),
          () => this.#stopping,
        );
        this.#tell(clientId, { kind: 'reload', clientId });
      })
      .catch((error: unknown) =>
        this.#options.log('error', 'clients could not be assigned to runners', { reason: String(error) }),
      );
  }

  /** Lets every runner finish what runs; kills those that take too long. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#members.values()].map(({ process }) => process.stop()));
    await this.#turn;
  }

  #tell(clientId: ClientId, message: ToRunner): void {
    for (const { clients, process } of this.#members.values())
      if (clients.includes(clientId)) process.tell(message);
  }

  /** Starts, tells and stops runners until each client stands where it belongs. */
  async #reassign(): Promise<void> {
    const assignment = await this.#options.assignment();
    if (this.#stopping) return;
    // First those that lose a client are told, then those that get it: leases keep the two apart in any case.
    const gone = [...this.#members].filter(([name]) => !assignment.has(name));
    const starting: Promise<void>[] = [];
    for (const [name, clients] of assignment) {
      const member = this.#members.get(name);
      if (!member) {
        starting.push(this.#start(name, clients));
      } else if (clients.join() !== member.clients.join()) {
        member.clients = clients;
        member.process.tell({ kind: 'clients', clientIds: [...clients] });
      }
    }
    for (const [name, { process }] of gone) {
      this.#members.delete(name);
      starting.push(process.stop());
    }
    await Promise.all(starting);
  }

  async #start(name: RunnerName, clients: readonly ClientId[]): Promise<void> {
    const { script, environment, onMessage, log, silenceMsMax } = this.#options;
    const facts = name === SHARED ? {} : { client: name };
    let [id, lastWords] = ['', ''];
    const member: Member = {
      clients,
      process: new WatchedProcess({
        name: 'runner',
        script,
        flags: RUNNER_V8_FLAGS,
        environment: () => {
          id = randomUUID();
          lastWords = join(tmpdir(), `syncflow-runner-${id}.json`);
          return {
            ...environment,
            RUNNER_ID: id,
            RUNNER_CLIENTS: member.clients.join(','),
            DEAD_RUNNERS: JSON.stringify(this.#dead),
            LAST_WORDS: lastWords,
          };
        },
        onMessage: (message) => onMessage(message as FromRunner),
        onExit: ({ pid }) => this.#buried(runnerNameOf(pid, id), lastWords),
        log: (level, text, more) => log(level, text, { ...facts, ...more }),
        ...(silenceMsMax === undefined ? {} : { silenceMsMax }),
      }),
    };
    this.#members.set(name, member);
    await member.process.start();
  }

  /** @returns whether the next start is to wait longer: not when it is known who was to blame, since that is dealt with. */
  #buried(runner: string, lastWordsFile: string): boolean {
    const words = takeLastWords(lastWordsFile);
    const culprit = words?.culprit ?? null;
    this.#dead.push({ runner, eventId: culprit?.eventId ?? null });
    this.#dead.splice(0, this.#dead.length - DEAD_REMEMBERED_MAX);
    if (!words) return true;
    const { how, reason } = words;
    this.#options.log('error', 'a runner died of what a node did', {
      how,
      reason,
      client: culprit?.clientId,
      pipeline: culprit?.pipelineName,
      node: culprit?.nodeName,
      event: culprit?.eventId,
    });
    if (!culprit) return true;
    this.#options.died?.(culprit, reason);
    return false;
  }
}
