/** What the server tells the program that started it. */
export interface LogEntry {
  level: 'warn' | 'error';
  /** One sentence. */
  message: string;
  /** The failure in full, with its stack, where there was one. */
  error?: string;
}
export type Log = (entry: LogEntry) => void;
