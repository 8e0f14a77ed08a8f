/** Which collection a command is about. */

import { typeOf } from '../bson/values.ts';
import { fail } from '../errors.ts';
import { checkNamespace } from '../storage/namespace.ts';
import type { Context } from './command.ts';
import type { Fields } from './fields.ts';

/** `<database>.<collection>`, the collection's name being the value of this field. */
export function namespaceOf(fields: Fields, name: string, { database }: Context): string {
  const collection = fields.value(name);
  if (typeof collection !== 'string') {
    return fail('InvalidNamespace', `collection name has invalid type ${typeOf(collection)}`);
  }
  const namespace = `${database}.${collection}`;
  checkNamespace(namespace);
  return namespace;
}
