import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

/**
 * A list page's filter, kept in the address. `change` replaces the entry of the history while one types a
 * search, and adds one for a choice, so that Back undoes choices and not letters.
 */
export function useFilter<Filter extends { readonly search: string }>(
  read: (params: URLSearchParams) => Filter,
  write: (filter: Filter) => Readonly<Record<string, string>>,
): readonly [Filter, (change: Partial<Filter>) => void] {
  const [params, setParams] = useSearchParams();
  const change = useCallback(
    (part: Partial<Filter>) =>
      setParams((before) => write({ ...read(before), ...part }), { replace: 'search' in part }),
    [setParams, read, write],
  );
  return [read(params), change];
}
