/** Where Node keeps compiled modules, so that a process that is started again needs half the time. */
import { join } from 'node:path';

/** As the environment says (NODE_COMPILE_CACHE, Node's own), else beside the data. */
export const compileCacheOf = (dataDir: string): string =>
  process.env.NODE_COMPILE_CACHE || join(dataDir, 'compile-cache');
