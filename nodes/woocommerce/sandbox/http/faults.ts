/** Misbehaviour that tests switch on by `PUT /sandbox/faults`. */
import type { NextFunction, Request, Response } from 'express';
import { z } from 'zod';

/** SandboxFaults of nodes/kit/sandbox.ts. */
export const FaultsInput = z.strictObject({
  failNext: z.strictObject({ count: z.int().min(0), status: z.int().min(200).max(599) }).optional(),
  loseNextAnswers: z.int().min(0).optional(),
  duplicateWebhooks: z.boolean().optional(),
  webhookDelayMs: z.int().min(0).max(3_600_000).optional(),
});

export class FaultBox {
  #faults: z.infer<typeof FaultsInput> = {};
  #failuresLeft = 0;
  #lossesLeft = 0;
  #told: () => void = () => {};

  get now(): z.infer<typeof FaultsInput> {
    return this.#faults;
  }

  /** Replaces all faults: what is not named is off. */
  set(faults: z.infer<typeof FaultsInput>): void {
    this.#faults = faults;
    this.#failuresLeft = faults.failNext?.count ?? 0;
    this.#lossesLeft = faults.loseNextAnswers ?? 0;
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

  /** Express middleware: fails the next calls of the API as hosts, caches and firewalls do, by web pages. */
  readonly middleware = (request: Request, response: Response, next: NextFunction): void => {
    const status = this.#faults.failNext?.status;
    if (status === undefined || this.#failuresLeft === 0) {
      next();
      return;
    }
    this.#failuresLeft -= 1;
    response.status(status);
    if (status >= 300 && status < 400)
      response.set('Location', `https://www.sandbox.example${request.originalUrl}`);
    if (status === 429 || status === 503) response.set('Retry-After', '2');
    response.set('Content-Type', 'text/html; charset=UTF-8');
    response.end(page(status));
  };
}

function page(status: number): string {
  return `<!DOCTYPE html><html><head><title>${status}</title><style>body { color: #333 }</style></head><body><h1>Please wait</h1><p>The shop's host answers with a page (${status}).</p></body></html>`;
}
