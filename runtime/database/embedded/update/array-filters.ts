/** `arrayFilters`: which elements `$[id]` in an update's path stands for. */
import { show } from '../bson/show.ts';
import { type Doc, isDoc, type Value } from '../bson/values.ts';
import { fail } from '../errors.ts';
import type { ValueTest } from '../filter/condition.ts';
import { compileFilter, type FilterContext } from '../filter/filter.ts';

export type ArrayFilters = ReadonlyMap<string, ValueTest>;

/** One test for each identifier. */
export function compileArrayFilters(filters: readonly Doc[], context: FilterContext): ArrayFilters {
  const tests = new Map<string, ValueTest>();
  for (const filter of filters) {
    const id = identifierOf(filter);
    if (tests.has(id)) {
      fail('FailedToParse', `Found multiple array filters with the same top-level field name ${id}`);
    }
    const test = compileFilter(filter, context);
    tests.set(id, (element) => test({ [id]: element }));
  }
  return tests;
}

/** Every filter must be used by some path. */
export function checkFiltersUsed(filters: ArrayFilters, used: ReadonlySet<string>, update: Doc): void {
  for (const id of filters.keys()) {
    if (!used.has(id)) {
      fail(
        'FailedToParse',
        `The array filter for identifier '${id}' was not used in the update ${show(update)}`,
      );
    }
  }
}

function identifierOf(filter: Doc): string {
  const ids = new Set(topLevelNames(filter));
  const [id] = ids;
  if (id === undefined || ids.size !== 1) {
    const found = [...ids].map((name) => `'${name}'`).join(' and ') || 'none';
    fail(
      'FailedToParse',
      `Error parsing array filter :: caused by :: Expected a single top-level field name, found ${found}`,
    );
  }
  if (!/^[a-z][a-zA-Z0-9]*$/.test(id)) {
    fail(
      'BadValue',
      `Error parsing array filter :: caused by :: The top-level field name must be an alphanumeric string beginning with a lowercase letter, found '${id}'`,
    );
  }
  return id;
}

function topLevelNames(filter: Doc): string[] {
  return Object.keys(filter).flatMap((name) => {
    if (!name.startsWith('$')) return [name.split('.')[0] ?? ''];
    const branches: Value = filter[name];
    return Array.isArray(branches)
      ? branches.flatMap((branch) => (isDoc(branch) ? topLevelNames(branch) : []))
      : [];
  });
}
