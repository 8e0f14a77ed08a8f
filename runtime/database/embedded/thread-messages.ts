/** What the server's thread and the thread that started it say to each other. */
import type { LogEntry } from './server/log.ts';

/** Given to the thread at its start. The one message that it gets later, of any content, asks it to close. */
export interface ThreadOptions {
  dir: string;
}
export type FromThread =
  | { type: 'listening'; uri: string }
  | { type: 'failed'; message: string }
  | { type: 'log'; entry: LogEntry }
  | { type: 'closed' };
