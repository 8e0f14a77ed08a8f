/** MongoDB's own specifications of what a driver may expect of a server, over the wire. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type SpecServer, startSpecServer } from './spec-server.ts';
import { isPresent, SPECIFICATIONS } from './specification.ts';
import { runSuite, SUITES, shareOf } from './suites.ts';

if (isPresent()) {
  let server: SpecServer;
  beforeAll(async () => {
    server = await startSpecServer();
  });
  afterAll(() => server.stop());

  describe('the specification', () => {
    test.each(Object.entries(SUITES))(
      '%s',
      async (suite, shareMin) => {
        const result = await runSuite(suite, server);
        expect(result.failures).toEqual([]);
        expect(result.wronglyListed).toEqual([]);
        expect(shareOf(result)).toBeGreaterThanOrEqual(shareMin);
      },
      120_000,
    );
  });
} else {
  test(`MongoDB's specifications are not in ${SPECIFICATIONS}; they are not run`, () => {
    expect(isPresent()).toBe(false);
  });
}
