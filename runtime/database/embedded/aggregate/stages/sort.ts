/** `$sort`, `$skip`, `$limit` and `$sample`. */
import { type Sorter, sortBy } from '../../bson/sort.ts';
import { isDoc, type Value } from '../../bson/values.ts';
import { fail } from '../../errors.ts';
import { PAUSE } from '../../pause.ts';
import { stageCount } from '../accumulators.ts';
import { gather, type Stage } from '../stream.ts';

export function sortStage(sorter: Sorter): Stage {
  return gather((docs) => sortBy(docs, sorter, (doc) => doc));
}

export function skipStage(argument: Value): Stage {
  const count = stageCount('$skip', argument, 0);
  return function* (input) {
    let left = count;
    for (const doc of input) {
      if (doc === PAUSE || left <= 0) yield doc;
      else left -= 1;
    }
  };
}

export function limitStage(argument: Value): Stage {
  const count = stageCount('$limit', argument, 1);
  return function* (input) {
    let left = count;
    for (const doc of input) {
      yield doc;
      if (doc !== PAUSE) left -= 1;
      if (left <= 0) return;
    }
  };
}

export function sampleStage(argument: Value): Stage {
  const size = isDoc(argument)
    ? stageCount('$sample', argument.size, 0)
    : fail(28745, 'the $sample stage specification must be an object');
  return gather((docs) => {
    for (let index = 0; index < Math.min(size, docs.length); index += 1) {
      const other = index + Math.floor(Math.random() * (docs.length - index));
      const [a, b] = [docs[index], docs[other]];
      if (a && b) [docs[index], docs[other]] = [b, a];
    }
    return docs.slice(0, size);
  });
}
