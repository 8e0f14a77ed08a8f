/** What a sender of webhooks is told. */
import type { ServerResponse } from 'node:http';
import type { ProblemView } from '../api/views.ts';

export type Answer =
  | { readonly status: 200 }
  | {
      readonly status: number;
      readonly title: string;
      readonly detail: string;
      /** When to come again. */
      readonly retryAfterSeconds?: number;
    };

export const TAKEN: Answer = { status: 200 };
export const NOT_NOW: Answer = {
  status: 503,
  title: 'Not available',
  detail: 'The webhook could not be kept. Send it again in a few seconds.',
  retryAfterSeconds: 10,
};

/** Answers by nothing but Node's own means: the way in for most of what comes has no Express around it. */
export function sendAnswer(response: ServerResponse, answer: Answer): void {
  if (!('title' in answer)) {
    response.writeHead(answer.status, NO_BODY).end();
    return;
  }
  const { status, title, detail, retryAfterSeconds } = answer;
  const view: ProblemView = { type: 'about:blank', title, status, detail };
  const body = JSON.stringify(view);
  response
    .writeHead(status, {
      'content-type': 'application/problem+json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    })
    .end(body);
}

const NO_BODY = { 'content-length': '0' } as const;
