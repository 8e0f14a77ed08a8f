/** The answers of a shop that does not serve a call. */
import type { Response } from 'express';
import type { Failure } from './faults.ts';

const TEXTS: Readonly<Record<number, string>> = {
  401: '[API] Invalid API key or access token (unrecognized login or wrong password)',
  402: 'Unavailable Shop',
  403: '[API] This action requires merchant approval',
  404: 'Not Found',
  423: 'This shop is unavailable',
  429: 'Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service.',
};

/** JSON for what Shopify's API says itself, a web page for what stands before it (5xx; or 200, as a captive page). */
export function sendFailure(response: Response, { status, retryAfter }: Failure): void {
  response.status(status);
  if (retryAfter) response.set('Retry-After', retryAfter);
  const text = TEXTS[status];
  if (text) response.json({ errors: text });
  else
    response
      .type('html')
      .send(`<!DOCTYPE html><html><body><h1>Something went wrong</h1>${status}</body></html>`);
}
