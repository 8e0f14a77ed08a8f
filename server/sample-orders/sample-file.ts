import { join } from 'node:path';

/** The excerpt of real orders that comes with SyncFlow. */
export const SAMPLE_ORDERS = join(import.meta.dirname, 'online-retail-2000.csv.gz');
