/**
 * What a runner writes down when it dies of something that a node did: which event, which pipeline, which node. Its
 * supervisor reads it; the database may be what is missing, so it is a small file.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { ClientId, PipelineId } from '../ids.ts';

/** Which node of which pipeline was at work for which event. */
export const Culprit = z.object({
  clientId: ClientId,
  pipelineId: PipelineId,
  pipelineName: z.string(),
  nodeName: z.string(),
  eventId: z.string(),
});
export type Culprit = z.infer<typeof Culprit>;

const LastWords = z.object({
  /** `hang`: its event loop stood still. `exit`: something in it ended the process. `error`: an error that no handler caught. */
  how: z.enum(['hang', 'exit', 'error']),
  reason: z.string(),
  culprit: Culprit.nullable(),
});
export type LastWords = z.infer<typeof LastWords>;

/** Writes them down, at once and without waiting: the process may have no turn of its event loop left. */
export function writeLastWords(file: string, words: LastWords): void {
  writeFileSync(file, JSON.stringify(words), { mode: 0o600 });
}

/** Reads and removes them; null when the process had no time for any. */
export function takeLastWords(file: string): LastWords | null {
  try {
    const words = LastWords.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return words.success ? words.data : null;
  } catch {
    return null;
  } finally {
    rmSync(file, { force: true });
  }
}
