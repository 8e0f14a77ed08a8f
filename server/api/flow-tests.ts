/** The tests of a flow before its deploy: one that fails stops it, unless somebody who may says why not. */
import { z } from 'zod';
import type { ClientId } from '#runtime/ids.ts';
import type { Graph } from '#runtime/pipelines/graph.ts';
import { TrialFailed } from '#runtime/trial/trial-process.ts';
import type { Principal } from '../auth/principal.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';

/** The status by which the page knows that a test failed, and nothing else. */
const TEST_FAILED = 412;
const NAMED_MAX = 3;

export const Override = z.strictObject({
  reason: z.string().trim().min(3).max(300).describe('Why it is deployed though a test fails'),
});

/**
 * Runs the tests of what is to be deployed.
 * @returns what is to stand in the note beside what its author wrote: nothing, or why failing tests did not count.
 * @throws {Problem} when one fails, and nobody who may has said that it does not matter.
 */
export async function passTests(
  { trials }: Pick<ApiOptions, 'trials'>,
  {
    clientId,
    name,
    graph,
    override,
    principal,
  }: {
    readonly clientId: ClientId;
    readonly name: string;
    readonly graph: Graph;
    readonly override: z.infer<typeof Override> | undefined;
    readonly principal: Principal;
  },
): Promise<string> {
  const tests = graph.tests ?? [];
  if (override && !principal.permissions.has('manage'))
    throw new Problem(
      403,
      'Not allowed',
      'Only an owner or admin may deploy past a failing test. Nothing was deployed; ask one of them.',
    );
  if (tests.length === 0) return '';
  const failing = await failingTests();
  if (failing.length === 0) return '';
  if (override)
    return `Deployed past ${failing.length} failing ${failing.length === 1 ? 'test' : 'tests'}: ${override.reason}`;
  throw new Problem(
    TEST_FAILED,
    failing.length === 1 ? 'A test of this flow fails' : `${failing.length} tests of this flow fail`,
    `${failing.slice(0, NAMED_MAX).join(' ')} Nothing was deployed. Mend the flow, or the test if it asks for what is no longer wanted.`,
  );

  async function failingTests(): Promise<string[]> {
    try {
      const { tests: results } = await trials.run({
        clientId,
        name,
        graph,
        deployed: null,
        of: { kind: 'tests', tests },
      });
      return results.flatMap(({ name: test, problem }) => (problem ? [`“${test}”: ${problem}.`] : []));
    } catch (error) {
      if (!(error instanceof TrialFailed)) throw error;
      throw new Problem(
        503,
        'The tests of this flow could not be run',
        `${error.message} Nothing was deployed.`,
      );
    }
  }
}
