/** For differential.test.ts: updates as plainly as they can be written, on documents of one fixed shape. */
import { compareValues, matches, type Plain, type Row } from './test-model.ts';

type Update = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
interface Push {
  $each: Plain[];
  $position?: number;
  $slice?: number;
  $sort?: 1 | -1;
}

/** The document after the update; `isNew` for one that an upsert makes. */
export function updated(row: Row, update: Update, isNew = false): Row {
  const result = structuredClone(row);
  for (const [operator, fields] of Object.entries(update)) {
    if (operator === '$setOnInsert' && !isNew) continue;
    for (const [path, operand] of Object.entries(fields))
      change(result, path.split('.'), operator, operand as Plain);
  }
  return result;
}

function change(
  target: Record<string, Plain>,
  [name = '', ...rest]: string[],
  operator: string,
  operand: Plain,
): void {
  if (rest.length === 0) changeField(target, name, operator, operand);
  else {
    // An operator that needs nothing there makes no documents on its way.
    if (target[name] === undefined && ['$unset', '$pull', '$pop', '$rename'].includes(operator)) return;
    target[name] ??= {};
    change(target[name] as Record<string, Plain>, rest, operator, operand);
  }
}

function changeField(target: Record<string, Plain>, name: string, operator: string, operand: Plain): void {
  const old = target[name];
  const list = (old ?? []) as Plain[];
  switch (operator) {
    case '$set':
    case '$setOnInsert':
      target[name] = operand;
      break;
    case '$unset':
      delete target[name];
      break;
    case '$rename':
      if (old !== undefined) target[operand as string] = old;
      delete target[name];
      break;
    case '$inc':
      target[name] = Number(old ?? 0) + Number(operand);
      break;
    case '$mul':
      target[name] = Number(old ?? 0) * Number(operand);
      break;
    case '$min':
      if (old === undefined || compareValues(operand, old) < 0) target[name] = operand;
      break;
    case '$max':
      if (old === undefined || compareValues(operand, old) > 0) target[name] = operand;
      break;
    case '$push':
      target[name] = pushed(list, operand as unknown as Push);
      break;
    case '$addToSet':
      target[name] = withEach(list, (operand as unknown as Push).$each);
      break;
    case '$pull':
      if (old !== undefined) target[name] = list.filter((item) => !matches({ item }, { item: operand }));
      break;
    case '$pop':
      if (old !== undefined) target[name] = operand === 1 ? list.slice(0, -1) : list.slice(1);
      break;
    default:
      throw new Error(`the model has no ${operator}`);
  }
}

function withEach(list: readonly Plain[], items: readonly Plain[]): Plain[] {
  const set = [...list];
  for (const item of items) if (!set.some((one) => compareValues(one, item) === 0)) set.push(item);
  return set;
}

function pushed(list: readonly Plain[], { $each, $position = list.length, $slice, $sort }: Push): Plain[] {
  const at = $position < 0 ? Math.max(0, list.length + $position) : $position;
  const all = [...list.slice(0, at), ...$each, ...list.slice(at)];
  if ($sort) all.sort((left, right) => compareValues(left, right) * $sort);
  if ($slice === undefined) return all;
  return $slice < 0 ? all.slice($slice) : all.slice(0, $slice);
}
