/** How many requests the API answers in a minute: to each key, to each session, and to each address that proves nothing. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Principal } from '../auth/principal.ts';
import { Problem } from '../problem.ts';

export interface RequestsPerMinute {
  readonly key: number;
  readonly session: number;
  readonly address: number;
}

/** A page that is open asks a few times a second at the most; a program fetches lists by the page. */
export const REQUESTS_PER_MINUTE: RequestsPerMinute = { key: 1_200, session: 3_000, address: 600 };

const MINUTE_SECONDS = 60;
const SECOND_MS = 1_000;

export class RequestLimits {
  readonly #key: RateLimiterMemory;
  readonly #session: RateLimiterMemory;
  readonly #address: RateLimiterMemory;

  constructor({ key, session, address }: RequestsPerMinute = REQUESTS_PER_MINUTE) {
    const limiter = (points: number) => new RateLimiterMemory({ points, duration: MINUTE_SECONDS });
    this.#key = limiter(key);
    this.#session = limiter(session);
    this.#address = limiter(address);
  }

  /** Counts a request. @throws {Problem} 429 with the time after which another one is answered. */
  async count(principal: Principal | null, address: string): Promise<void> {
    const [limiter, name] =
      principal === null
        ? ([this.#address, address] as const)
        : principal.kind === 'key'
          ? ([this.#key, principal.by] as const)
          : ([this.#session, principal.sessionId ?? principal.by] as const);
    try {
      await limiter.consume(name);
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      const seconds = Math.max(1, Math.ceil(refused.msBeforeNext / SECOND_MS));
      throw new Problem(
        429,
        'Too many requests',
        `That were ${limiter.points} requests within a minute. Nothing was changed. Go on in ${seconds} s.`,
        seconds,
      );
    }
  }
}
