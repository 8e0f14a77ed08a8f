/** Runs the suites of MongoDB's specifications and compares what fails with the list of exceptions. */
import { DRIVER_REASONS, EXCEPTIONS, REASONS, type Reason } from './exceptions.ts';
import { isMeantFor } from './requirements.ts';
import { runCase } from './run-case.ts';
import type { SpecServer } from './spec-server.ts';
import { readSuite } from './specification.ts';

/** With the share of its cases that has to pass, of those that are meant for a server like this. */
export const SUITES: Readonly<Record<string, number>> = {
  crud: 0.95,
  'index-management': 0,
  'collection-management': 0,
  sessions: 0,
  'run-command': 0,
  'retryable-writes': 0.95,
  'retryable-reads': 0.99,
  transactions: 0.9,
  'transactions-convenient-api': 0.9,
  'change-streams': 0.78,
};

export interface SuiteResult {
  cases: number;
  /** Meant for other versions or for sharded clusters. */
  elsewhere: number;
  passed: number;
  /** Failed, as the list of exceptions says. */
  excepted: ReadonlyMap<Reason, number>;
  /** Failed and not in the list, with what went wrong. */
  failures: string[];
  /** In the list although they pass, or no cases at all. */
  wronglyListed: string[];
}

/** A case is called `file: description`; `file: *` lists all of a file. */
export async function runSuite(suite: string, server: SpecServer): Promise<SuiteResult> {
  const listed = new Map(
    REASONS.flatMap((reason) => (EXCEPTIONS[suite]?.[reason] ?? []).map((id) => [id, reason])),
  );
  const excepted = new Map<Reason, number>();
  const result = { cases: 0, elsewhere: 0, passed: 0, excepted, failures: [] as string[] };
  const rightlyListed = new Set<string>();
  const wronglyListed: string[] = [];
  for (const specification of readSuite(suite)) {
    for (const one of specification.tests) {
      result.cases += 1;
      const isMeant = [specification, one].every((of) => isMeantFor(server.version, of.runOnRequirements));
      if (!isMeant || one.skipReason) {
        result.elsewhere += 1;
        continue;
      }
      const id = `${specification.file}: ${one.description}`;
      const failure = await runCase(server, specification, one).then(() => undefined, messageOf);
      const entry = listed.has(id) ? id : `${specification.file}: *`;
      const reason = listed.get(entry);
      if (failure === undefined) {
        result.passed += 1;
        if (reason !== undefined) wronglyListed.push(id);
      } else if (reason === undefined) result.failures.push(`${id} → ${failure}`);
      else {
        excepted.set(reason, (excepted.get(reason) ?? 0) + 1);
        rightlyListed.add(entry);
      }
    }
  }
  wronglyListed.push(...[...listed.keys()].filter((entry) => !rightlyListed.has(entry)));
  return { ...result, wronglyListed: [...new Set(wronglyListed)] };
}

/** Of the cases that say something about a server like this. */
export function shareOf({ cases, elsewhere, passed, excepted }: SuiteResult): number {
  const ofDriver = DRIVER_REASONS.reduce((sum, reason) => sum + (excepted.get(reason) ?? 0), 0);
  return passed / (cases - elsewhere - ofDriver);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
