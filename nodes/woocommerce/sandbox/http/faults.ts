/** Misbehaviour that tests switch on by `PUT /sandbox/faults`. */
import type { NextFunction, Request, Response } from 'express';
import { z } from 'zod';
import type { SandboxCalls } from '#nodes/kit/sandbox.ts';

/** SandboxFaults of nodes/kit/sandbox.ts. */
export const FaultsInput = z.strictObject({
  failNext: z.strictObject({ count: z.int().min(0), status: z.int().min(200).max(599) }).optional(),
  loseNextAnswers: z.int().min(0).optional(),
  duplicateWebhooks: z.boolean().optional(),
  webhookDelayMs: z.int().min(0).max(3_600_000).optional(),
  dropWebhooks: z.boolean().optional(),
  away: z.boolean().optional(),
  callsPerSecondMax: z.int().min(1).optional(),
  keysRevoked: z.boolean().optional(),
});

const SECOND_MS = 1_000;
const LIMIT_RETRY_AFTER_SECONDS = 1;

export class FaultBox {
  #faults: z.infer<typeof FaultsInput> = {};
  #failuresLeft = 0;
  #lossesLeft = 0;
  #told: () => void = () => {};
  #calls = { answered: 0, refused: 0, tooEarly: 0 };
  /** When the calls of the last second came in. */
  #letIn: number[] = [];
  #askedToWaitUntilMs = 0;

  get now(): z.infer<typeof FaultsInput> {
    return this.#faults;
  }

  /** Counted since the last change of the faults. */
  get calls(): SandboxCalls {
    return this.#calls;
  }

  /** Replaces all faults: what is not named is off. */
  set(faults: z.infer<typeof FaultsInput>): void {
    this.#faults = faults;
    this.#failuresLeft = faults.failNext?.count ?? 0;
    this.#lossesLeft = faults.loseNextAnswers ?? 0;
    this.#calls = { answered: 0, refused: 0, tooEarly: 0 };
    this.#letIn = [];
    this.#askedToWaitUntilMs = 0;
    this.#told();
  }

  onSet(listener: () => void): void {
    this.#told = listener;
  }

  losesAnswer(): boolean {
    if (this.#lossesLeft === 0) return false;
    this.#lossesLeft -= 1;
    return true;
  }

  /** Express middleware: fails calls of the API as hosts, caches and firewalls do, by web pages. */
  readonly middleware = (request: Request, response: Response, next: NextFunction): void => {
    const failure = this.#failureNow();
    if (failure === null) {
      this.#calls.answered += 1;
      next();
      return;
    }
    const { status, retryAfterSeconds } = failure;
    response.status(status);
    if (status >= 300 && status < 400)
      response.set('Location', `https://www.sandbox.example${request.originalUrl}`);
    if (retryAfterSeconds !== undefined) response.set('Retry-After', String(retryAfterSeconds));
    response.set('Content-Type', 'text/html; charset=UTF-8');
    response.end(page(status));
  };

  #failureNow(): { readonly status: number; readonly retryAfterSeconds?: number } | null {
    const { failNext, away } = this.#faults;
    if (away) return { status: 503 };
    if (failNext && this.#failuresLeft > 0) {
      this.#failuresLeft -= 1;
      const { status } = failNext;
      return status === 429 || status === 503 ? { status, retryAfterSeconds: 2 } : { status };
    }
    return this.#isTooMany() ? { status: 429, retryAfterSeconds: LIMIT_RETRY_AFTER_SECONDS } : null;
  }

  #isTooMany(): boolean {
    const most = this.#faults.callsPerSecondMax;
    if (most === undefined) return false;
    const now = performance.now();
    this.#letIn = this.#letIn.filter((ms) => ms > now - SECOND_MS);
    if (now < this.#askedToWaitUntilMs) this.#calls.tooEarly += 1;
    else if (this.#letIn.length < most) {
      this.#letIn.push(now);
      return false;
    } else this.#askedToWaitUntilMs = now + LIMIT_RETRY_AFTER_SECONDS * SECOND_MS;
    this.#calls.refused += 1;
    return true;
  }
}

function page(status: number): string {
  return `<!DOCTYPE html><html><head><title>${status}</title><style>body { color: #333 }</style></head><body><h1>Please wait</h1><p>The shop's host answers with a page (${status}).</p></body></html>`;
}
