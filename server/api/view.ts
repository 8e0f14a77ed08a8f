/**
 * How the shapes of answers are written down: once, as a schema. The page takes its types from it, the OpenAPI document
 * its components, and the tests hold every answer to it.
 */
import { z } from 'zod';

/** Every named shape, by the name that the OpenAPI document gives it. */
export const VIEWS = new Map<string, z.ZodType>();

/** A shape with a name of its own, and nothing but these fields. */
export function view<const Shape extends z.ZodRawShape>(name: string, shape: Shape) {
  if (VIEWS.has(name)) throw new Error(`there are two shapes with the name ${name}`);
  const schema = part(shape);
  VIEWS.set(name, schema);
  return schema;
}

/** A part of a shape: an object with nothing but these fields. */
export function part<const Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape).readonly();
}

/** The fields of a shape, for one that has them too. */
export function fieldsOf<Shape extends z.ZodRawShape>(
  schema: z.ZodReadonly<z.ZodObject<Shape, z.core.$strict>>,
): Shape {
  return schema.unwrap().shape;
}

/** A list of any length. */
export function list<Item extends z.ZodType>(item: Item) {
  return z.array(item).readonly();
}

/** An object whose names are not known before. */
export function byName<Value extends z.ZodType>(value: Value) {
  return z.record(z.string(), value).readonly();
}

/** ISO 8601 in UTC. */
export const moment = z.iso.datetime();
