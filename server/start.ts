/** `npm start`. What is compiled once is kept for the next start, which takes half the time; all the rest is in main.ts. */
import { enableCompileCache } from 'node:module';
import { compileCacheOf } from './compile-cache.ts';
import { Settings } from './settings.ts';

// Whether the folder can be written, and whether the setting makes sense, is not decided here: without it, it is slower.
const { data: dataDir } = Settings.shape.DATA_DIR.safeParse(process.env.DATA_DIR);
if (dataDir !== undefined) enableCompileCache(compileCacheOf(dataDir));
await import('./main.ts');
