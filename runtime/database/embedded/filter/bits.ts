/** `$bitsAllSet` and its three sisters. */
import { Binary } from 'bson';
import { toInteger } from '../bson/numbers.ts';
import { isNumber, type Value } from '../bson/values.ts';
import { fail } from '../errors.ts';
import type { ValueTest } from './condition.ts';

const TESTS: Readonly<Record<string, (set: bigint, mask: bigint) => boolean>> = {
  $bitsAllSet: (set, mask) => set === mask,
  $bitsAllClear: (set) => set === 0n,
  $bitsAnySet: (set) => set !== 0n,
  $bitsAnyClear: (set, mask) => set !== mask,
};
const POSITION_MAX = 8 * 1024;

export function isBitsOperator(name: string): boolean {
  return Object.hasOwn(TESTS, name);
}

/** Whole numbers and binary data are looked at; a negative number has its sign bit in every higher place. */
export function hasBits(name: string, argument: Value): ValueTest {
  const mask = maskOf(name, argument);
  const test = TESTS[name] ?? fail('BadValue', `unknown operator: ${name}`);
  return (value) => {
    const bits = bitsOf(value);
    return bits !== undefined && test(bits & mask, mask);
  };
}

function bitsOf(value: Value): bigint | undefined {
  if (isNumber(value)) return toInteger(value);
  if (!(value instanceof Binary)) return undefined;
  return value.value().reduceRight((bits, byte) => (bits << 8n) | BigInt(byte), 0n);
}

function maskOf(name: string, argument: Value): bigint {
  if (Array.isArray(argument)) {
    return argument.reduce<bigint>((mask, position) => mask | (1n << BigInt(positionOf(name, position))), 0n);
  }
  const mask = bitsOf(argument);
  if (mask === undefined || mask < 0n) {
    fail('BadValue', `${name} takes an Array, a non-negative integer or BinData`);
  }
  return mask;
}

function positionOf(name: string, position: Value): number {
  const whole = isNumber(position) ? toInteger(position) : undefined;
  if (whole === undefined || whole < 0n || whole > POSITION_MAX) {
    fail('BadValue', `bit positions in ${name} must be integers from 0 to ${POSITION_MAX}`);
  }
  return Number(whole);
}
