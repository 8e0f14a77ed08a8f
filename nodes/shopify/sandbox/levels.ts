/** Counts at the shop's other locations. Those at the first one, from which it sells, stand with the products. */
import type { DatabaseSync } from 'node:sqlite';

export interface Levels {
  /** null: the product was never stocked there. */
  at(seq: number, location: number): number | null;
  set(seq: number, location: number, quantity: number): void;
}

export function openLevels(database: DatabaseSync): Levels {
  const select = database.prepare('SELECT quantity FROM levels WHERE seq = ? AND location = ?');
  const upsert = database.prepare('INSERT OR REPLACE INTO levels VALUES (?, ?, ?)');
  return {
    at: (seq, location) => {
      const row = select.get(seq, location);
      return row ? Number(row.quantity) : null;
    },
    set: (seq, location, quantity) => {
      upsert.run(seq, location, quantity);
    },
  };
}
