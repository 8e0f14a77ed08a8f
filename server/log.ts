/** The log: one JSON object a line, or coloured lines when a person watches. An object first, then a text. */
import { type Logger, pino, stdTimeFunctions } from 'pino';

export type Log = Logger;

/** Fields that may never be printed, wherever they stand. */
const SECRET_PATHS = [
  'secret',
  '*.secret',
  'authorization',
  '*.authorization',
  'cookie',
  '*.cookie',
  'token',
  '*.token',
];

export function openLog(level: string, role: string): Log {
  const watched = process.stdout.isTTY === true;
  return pino({
    level,
    base: { role },
    timestamp: stdTimeFunctions.isoTime,
    redact: { paths: SECRET_PATHS, censor: '(hidden)' },
    ...(watched
      ? {
          transport: {
            target: 'pino-pretty',
            options: { ignore: 'pid,hostname,role', translateTime: 'HH:MM:ss' },
          },
        }
      : {}),
  });
}
