/** The directive @idempotent: obligatory since 2026-04 on the mutations that move stock or money. */
import type { DatabaseSync } from 'node:sqlite';
import { type GraphQLDirective, GraphQLError, type GraphQLResolveInfo, getDirectiveValues } from 'graphql';
import type { AnswerStore } from './answer-store.ts';
import { transaction } from './database.ts';
import { schema } from './schema.ts';

/** An error that stands beside `data`, not in it. */
export function topLevel(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

/** The key of the mutation that is being answered. @throws {GraphQLError} when there is none. */
export function idempotencyKey(info: GraphQLResolveInfo): string {
  const [node] = info.fieldNodes;
  const values = node && getDirectiveValues(idempotent(), node, info.variableValues);
  if (!values)
    throw topLevel(
      'BAD_REQUEST',
      'The @idempotent directive is required for this mutation but was not provided.',
    );
  const key = String(values.key);
  if (key.trim() === '') throw topLevel('BAD_REQUEST', 'The idempotency key cannot be empty.');
  return key;
}

/**
 * The first answer under this key again; else what `work` answers, kept with what it wrote.
 * @returns `mismatch` when the key was used for other content.
 */
export function answeredOnce<Answer>(
  { database, answers }: { readonly database: DatabaseSync; readonly answers: AnswerStore<Answer> },
  key: string,
  content: unknown,
  work: () => Answer,
): Answer | 'mismatch' {
  const before = answers.find(key, content);
  if (before !== undefined) return before;
  return transaction(database, () => {
    const answer = work();
    answers.keep(key, content, answer);
    return answer;
  });
}

function idempotent(): GraphQLDirective {
  const directive = schema.getDirective('idempotent');
  if (!directive) throw new Error('the schema has no @idempotent');
  return directive;
}
