/** `$dateAdd $dateSubtract $dateDiff $dateTrunc`: calendar arithmetic on the wall clock of a time zone. */
import { Long, ObjectId, Timestamp } from 'bson';
import { toDouble, toInteger } from '../../bson/numbers.ts';
import { isNumber, typeOf, type Value } from '../../bson/values.ts';
import { fail } from '../../errors.ts';
import { fromWallClock, offsetMs, toWallClock } from './calendar.ts';
import { type FunctionTable, isNullish, ofNamed } from './function.ts';

const UNIT_MS = {
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
} as const;
const MONTHS = { month: 1, quarter: 3, year: 12 } as const;
type Unit = keyof typeof UNIT_MS | keyof typeof MONTHS;
const WEEK_DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
/** Bins are counted from the start of the year 2000, weeks from its first day that begins a week. */
const REFERENCE_MS = Date.UTC(2000, 0, 1);
const REFERENCE_MONTH = 2000 * 12;

export const DATES: FunctionTable = {
  $dateAdd: ofNamed((values) => shifted(values, 1)),
  $dateSubtract: ofNamed((values) => shifted(values, -1)),
  $dateDiff: ofNamed((values) => {
    const { startDate, endDate } = values;
    if (isNullish(startDate) || isNullish(endDate)) return null;
    const unit = unitOf(values.unit);
    const difference = indexAt(dateOf(endDate), unit, values) - indexAt(dateOf(startDate), unit, values);
    return Long.fromNumber(difference);
  }),
  $dateTrunc: ofNamed((values) => {
    if (isNullish(values.date)) return null;
    const unit = unitOf(values.unit);
    const binSize = values.binSize === undefined ? 1 : whole(values.binSize, 'binSize');
    if (binSize < 1) fail(5439017, '$dateTrunc requires binSize to be greater than 0');
    const ms = dateOf(values.date);
    return new Date(
      startOfIndex(Math.floor(indexAt(ms, unit, values) / binSize) * binSize, unit, values, ms),
    );
  }),
};

function shifted(values: Readonly<Record<string, Value>>, sign: 1 | -1): Value {
  const { startDate, amount } = values;
  if (isNullish(startDate) || isNullish(amount)) return null;
  const unit = unitOf(values.unit);
  const ms = dateOf(startDate);
  const count = whole(amount, 'amount') * sign;
  if (isClockUnit(unit)) return new Date(ms + count * UNIT_MS[unit]);
  const zone = zoneOf(values.timezone);
  const wall = toWallClock(ms, zone);
  return new Date(
    fromWallClock(
      isMonthUnit(unit) ? addMonths(wall, count * MONTHS[unit]) : wall + count * UNIT_MS[unit],
      zone,
    ),
  );
}

/** The 31st becomes the last day of a shorter month. */
function addMonths(wallMs: number, months: number): number {
  const date = new Date(wallMs);
  const month = date.getUTCMonth() + months;
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), month + 1, 0)).getUTCDate();
  date.setUTCFullYear(date.getUTCFullYear(), month, Math.min(date.getUTCDate(), lastDay));
  return date.getTime();
}

/** Which unit since the reference an instant lies in. */
function indexAt(ms: number, unit: Unit, values: Readonly<Record<string, Value>>): number {
  const wall = toWallClock(ms, zoneOf(values.timezone));
  if (!isMonthUnit(unit)) return Math.floor((wall - referenceMs(unit, values.startOfWeek)) / UNIT_MS[unit]);
  const date = new Date(wall);
  return Math.floor((date.getUTCFullYear() * 12 + date.getUTCMonth() - REFERENCE_MONTH) / MONTHS[unit]);
}

/** The first instant of a unit. Hours and less keep the offset of the instant that was asked for. */
function startOfIndex(
  index: number,
  unit: Unit,
  values: Readonly<Record<string, Value>>,
  ms: number,
): number {
  const zone = zoneOf(values.timezone);
  if (isMonthUnit(unit)) return fromWallClock(Date.UTC(2000, index * MONTHS[unit], 1), zone);
  const wall = referenceMs(unit, values.startOfWeek) + index * UNIT_MS[unit];
  return isClockUnit(unit) ? wall - offsetMs(ms, zone) : fromWallClock(wall, zone);
}

function referenceMs(unit: keyof typeof UNIT_MS, startOfWeek: Value): number {
  if (unit !== 'week') return REFERENCE_MS;
  const name = typeof startOfWeek === 'string' ? startOfWeek.toLowerCase() : 'sunday';
  const first = WEEK_DAYS.findIndex((day) => day === name || day.slice(0, 3) === name);
  if (first < 0) fail(5439014, `unknown startOfWeek: ${name}`);
  return REFERENCE_MS + ((first - new Date(REFERENCE_MS).getUTCDay() + 7) % 7) * UNIT_MS.day;
}

function isMonthUnit(unit: Unit): unit is keyof typeof MONTHS {
  return Object.hasOwn(MONTHS, unit);
}

function isClockUnit(unit: Unit): unit is 'millisecond' | 'second' | 'minute' | 'hour' {
  return !isMonthUnit(unit) && unit !== 'day' && unit !== 'week';
}

function unitOf(unit: Value): Unit {
  if (typeof unit === 'string' && (Object.hasOwn(UNIT_MS, unit) || Object.hasOwn(MONTHS, unit)))
    return unit as Unit;
  return fail('FailedToParse', `unknown time unit value: ${String(unit)}`);
}

function zoneOf(zone: Value): string {
  if (isNullish(zone)) return 'UTC';
  return typeof zone === 'string'
    ? zone
    : fail(40517, `timezone must evaluate to a string, found ${typeOf(zone)}`);
}

function dateOf(value: Value): number {
  if (value instanceof Date) return value.getTime();
  if (value instanceof ObjectId) return value.getTimestamp().getTime();
  if (value instanceof Timestamp) return value.t * 1000;
  return fail(16006, `can't convert from BSON type ${typeOf(value)} to Date`);
}

function whole(value: Value, name: string): number {
  const number = isNumber(value) && toInteger(value) !== undefined ? toDouble(value) : undefined;
  return number ?? fail(5439017, `${name} must be a whole number, found ${typeOf(value)}`);
}
