/** Names of databases and collections. */
import { fail } from '../errors.ts';

const NAMESPACE_BYTES_MAX = 255;
const DATABASE_BYTES_MAX = 63;

/** Throws InvalidNamespace for what can't be `<database>.<collection>`. */
export function checkNamespace(namespace: string): void {
  const dot = namespace.indexOf('.');
  const collection = namespace.slice(dot + 1);
  checkDatabaseName(dot < 0 ? '' : namespace.slice(0, dot));
  const isInvalid =
    collection === '' ||
    collection.startsWith('.') ||
    collection.startsWith('system.') ||
    /[$\0]/.test(collection);
  if (isInvalid || Buffer.byteLength(namespace) > NAMESPACE_BYTES_MAX) {
    fail('InvalidNamespace', `Invalid namespace specified '${namespace.slice(0, 300)}'`);
  }
}

/** Throws InvalidNamespace for what can't be a database's name. */
export function checkDatabaseName(name: string): void {
  if (name === '' || /[\0/\\. "$*<>:|?]/.test(name) || Buffer.byteLength(name) > DATABASE_BYTES_MAX) {
    fail('InvalidNamespace', `Invalid database name: '${name.slice(0, 100)}'`);
  }
}
