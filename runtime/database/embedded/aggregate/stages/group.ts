/** `$group`, `$sortByCount` and `$count`. */
import { Int32 } from 'bson';
import { identityOf } from '../../bson/keys.ts';
import { compileSort } from '../../bson/sort.ts';
import { type Doc, isDoc, setField, type Value } from '../../bson/values.ts';
import { fail } from '../../errors.ts';
import { type Accumulator, compileAccumulator } from '../accumulators.ts';
import type { Environment } from '../expression.ts';
import { reduce, type Stage } from '../stream.ts';
import { sortStage } from './sort.ts';

export function groupStage(argument: Value, environment: Environment): Stage {
  if (!isDoc(argument)) return fail(15947, "a group's fields must be specified in an object");
  if (argument._id === undefined) return fail(15955, 'a group specification must include an _id');
  const idOf = environment.compile(argument._id);
  const fields = Object.keys(argument)
    .filter((name) => name !== '_id')
    .map((name) => {
      if (name.includes('.')) fail(40235, `The field name '${name}' cannot contain '.'`);
      return { name, start: compileAccumulator(name, argument[name], environment) };
    });
  return reduce(() => {
    const groups = new Map<string, { id: Value; states: Accumulator[] }>();
    return {
      take: (doc) => {
        const id = idOf(doc) ?? null;
        const identity = identityOf(id);
        let group = groups.get(identity);
        if (!group) {
          group = { id, states: fields.map(({ start }) => start()) };
          groups.set(identity, group);
        }
        for (const state of group.states) state.take(doc);
      },
      finish: () => [...groups.values()].map(({ id, states }) => resultOf(id, fields, states)),
    };
  });
}

function resultOf(id: Value, fields: readonly { name: string }[], states: readonly Accumulator[]): Doc {
  const doc: Doc = { _id: id };
  for (const [index, { name }] of fields.entries()) setField(doc, name, states[index]?.result());
  return doc;
}

export function sortByCountStage(argument: Value, environment: Environment): Stage {
  const group = groupStage({ _id: argument, count: { $sum: new Int32(1) } }, environment);
  const sort = sortStage(compileSort([{ path: 'count', direction: -1 }]));
  return (input) => sort(group(input));
}

/** One document with the count, or none when nothing came. */
export function countStage(argument: Value): Stage {
  if (typeof argument !== 'string' || argument === '')
    return fail(40156, 'the count field must be a non-empty string');
  if (/[.\0]|^\$/.test(argument)) fail(40160, "the count field cannot have '.' or '$' in it");
  return reduce(() => {
    let count = 0;
    return {
      take: () => {
        count += 1;
      },
      finish: () => (count === 0 ? [] : [{ [argument]: new Int32(count) }]),
    };
  });
}
