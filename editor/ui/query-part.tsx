import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { isNoAnswer, Problem } from '../api/problem.ts';
import { useStandingError } from '../api/standing-error.ts';
import { texts } from '../texts.ts';
import { ProblemNote } from './problem-note.tsx';

/**
 * What a query has to show: its skeleton, its problem, or its data. When data is there and only its refresh
 * failed, the data stays, with a line that says so; that nothing answers at all is said once for the page.
 */
export function QueryPart<View>({
  query,
  skeleton,
  children,
}: {
  query: UseQueryResult<View>;
  skeleton: ReactNode;
  children: (view: View) => ReactNode;
}) {
  const { data } = query;
  const error = useStandingError(query.error, data !== undefined);
  if (data === undefined) {
    return error ? <ProblemNote error={error} retry={() => void query.refetch()} /> : skeleton;
  }
  return (
    <>
      {error && !isNoAnswer(error) && (
        <p className="px-4 py-2 text-xs text-warn">
          {texts.problem.stale} {error instanceof Problem && error.detail}
        </p>
      )}
      {children(data)}
    </>
  );
}
