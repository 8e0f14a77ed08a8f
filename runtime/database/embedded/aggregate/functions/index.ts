/** All expression operators that the engine has of its own; mingo has the others. */
import { ARITHMETIC } from './arithmetic.ts';
import { COMPARISON } from './comparison.ts';
import { CONVERSION } from './conversion.ts';
import { DATES } from './dates.ts';
import type { FunctionTable } from './function.ts';
import { SETS } from './sets.ts';

export const FUNCTIONS: FunctionTable = { ...COMPARISON, ...ARITHMETIC, ...CONVERSION, ...DATES, ...SETS };
