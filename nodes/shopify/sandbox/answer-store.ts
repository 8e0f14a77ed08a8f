/** Answers under idempotency keys, for a day as at Shopify (as others report; its own page was not seen). */
import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';

const KEPT_MS = 24 * 3_600_000;

export interface AnswerStore<Answer> {
  /** The answer that was given under this key; `mismatch` when it was given to other content. */
  find(key: string, content: unknown): Answer | 'mismatch' | undefined;
  keep(key: string, content: unknown, answer: Answer): void;
}

export function openAnswerStore<Answer>(database: DatabaseSync): AnswerStore<Answer> {
  const select = database.prepare('SELECT fingerprint, answer FROM answers WHERE key = ? AND atMs > ?');
  const insert = database.prepare('INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)');
  const prune = database.prepare('DELETE FROM answers WHERE atMs <= ?');
  return {
    find: (key, content) => {
      const row = select.get(key, Date.now() - KEPT_MS);
      if (!row) return undefined;
      return row.fingerprint === fingerprint(content) ? JSON.parse(String(row.answer)) : 'mismatch';
    },
    keep: (key, content, answer) => {
      prune.run(Date.now() - KEPT_MS);
      insert.run(key, fingerprint(content), JSON.stringify(answer), Date.now());
    },
  };
}

function fingerprint(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('base64');
}
