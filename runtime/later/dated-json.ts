/** Items as JSON that give their dates back as dates: ports check for them, and a plain text would not be one. */

interface Dated {
  readonly value: unknown;
  /** Where in it a date stands. */
  readonly dates: readonly (readonly string[])[];
}

/** The value as bytes. Functions and `undefined` are left out, as in all JSON. */
export function toDatedJson(value: unknown): Buffer {
  const dates: string[][] = [];
  note(value, [], dates);
  return Buffer.from(JSON.stringify({ value, dates } satisfies Dated));
}

/** @throws {SyntaxError} on bytes that `toDatedJson` did not make. */
export function fromDatedJson(bytes: Buffer): unknown {
  const { value, dates } = JSON.parse(bytes.toString()) as Dated;
  for (const path of dates) revive(value, path);
  return value;
}

function note(value: unknown, path: readonly string[], dates: string[][]): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, part] of Object.entries(value)) {
    if (part instanceof Date) {
      if (!Number.isNaN(part.getTime())) dates.push([...path, name]);
    } else note(part, [...path, name], dates);
  }
}

function revive(value: unknown, path: readonly string[]): void {
  let holder = value as Record<string, unknown>;
  for (const name of path.slice(0, -1)) holder = holder[name] as Record<string, unknown>;
  const last = path.at(-1) ?? '';
  holder[last] = new Date(String(holder[last]));
}
