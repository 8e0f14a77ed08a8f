/** Reads the fields of a command or of one of its statements: the border where types are checked. */

import { Environment } from '../aggregate/expression.ts';
import { compileCollation } from '../bson/collation.ts';
import { toDouble, toInteger } from '../bson/numbers.ts';
import { type Doc, isDoc, isNumber, isTruthy, typeOf, type Value } from '../bson/values.ts';
import { fail, unsupported } from '../errors.ts';
import type { Options } from './command.ts';

const NONE: ReadonlySet<string> = new Set();

/** Throws TypeMismatch when a field has another type than is asked for. */
export class Fields {
  readonly doc: Doc;
  private readonly scope: string;

  /** `scope` names it in messages: `find`, `update.updates`. */
  constructor(doc: Doc, scope: string) {
    this.doc = doc;
    this.scope = scope;
  }

  value(name: string): Value {
    return this.doc[name];
  }

  isSet(name: string): boolean {
    return isTruthy(this.doc[name]);
  }

  /** True unless it is set to something false. */
  isNotOff(name: string): boolean {
    return this.doc[name] === undefined || isTruthy(this.doc[name]);
  }

  optionalDoc(name: string): Doc | undefined {
    const value = this.doc[name];
    if (value === undefined || value === null) return undefined;
    return isDoc(value) ? value : this.wrongType(name, value, 'object');
  }

  requiredDoc(name: string): Doc {
    return this.optionalDoc(name) ?? this.missing(name);
  }

  string(name: string): string {
    const value = this.doc[name];
    if (value === undefined) return this.missing(name);
    return typeof value === 'string' ? value : this.wrongType(name, value, 'string');
  }

  /** A whole number, or undefined when there is none. */
  integer(name: string, min = Number.MIN_SAFE_INTEGER): number | undefined {
    const value = this.doc[name];
    if (value === undefined || value === null) return undefined;
    if (!isNumber(value)) return this.wrongType(name, value, 'number');
    const number = toDouble(value);
    if (toInteger(value) === undefined)
      fail('FailedToParse', `Expected an integer: ${this.scope}.${name}: ${number}`);
    if (number < min) fail(51024, `BSON field '${name}' value must be >= ${min}, actual value '${number}'`);
    return number;
  }

  array(name: string): Value[] {
    const value = this.doc[name];
    if (value === undefined) return this.missing(name);
    return Array.isArray(value) ? value : this.wrongType(name, value, 'array');
  }

  /** Documents in an array, each to be read by its own fields. */
  list(name: string, options: Options): Fields[] {
    return this.array(name).map((element) => {
      if (!isDoc(element)) return this.wrongType(name, element, 'object');
      const fields = new Fields(element, `${this.scope}.${name}`);
      fields.check(options);
      return fields;
    });
  }

  optionalDocs(name: string): Doc[] {
    if (this.doc[name] === undefined || this.doc[name] === null) return [];
    return this.array(name).map((element) =>
      isDoc(element) ? element : this.wrongType(name, element, 'object'),
    );
  }

  /** The variables and the collation of a command. */
  environment(): Environment {
    return new Environment(this.optionalDoc('let'), compileCollation(this.optionalDoc('collation')));
  }

  /** Those of one statement: the command's, unless it has a collation or constants (as values) of its own. */
  statementEnvironment(command: Fields, shared: Environment, constantsField: 'c' | 'constants'): Environment {
    const constants = this.optionalDoc(constantsField);
    const collation = this.optionalDoc('collation');
    if (!constants && !collation) return shared;
    const literals = Object.entries(constants ?? {}).map(([name, value]) => [name, { $literal: value }]);
    return new Environment(
      { ...command.optionalDoc('let'), ...Object.fromEntries(literals) },
      compileCollation(collation),
    );
  }

  /** Refuses what is not declared: neither for this command, nor `general` for all, nor the command's own name. */
  check(options: Options, general: ReadonlySet<string> = NONE, ownName?: string): void {
    for (const name of Object.keys(this.doc)) {
      if (name === ownName || general.has(name)) continue;
      if (options.supported?.includes(name) || options.ignored?.includes(name)) continue;
      const isRefused = options.refused?.includes(name) ?? false;
      if (isRefused && isTruthy(this.doc[name])) unsupported(`the option '${name}' of ${this.scope}`);
      if (!isRefused && !options.isLenient) {
        fail(40415, `BSON field '${this.scope}.${name}' is an unknown field.`);
      }
    }
  }

  private missing(name: string): never {
    return fail(40414, `BSON field '${this.scope}.${name}' is missing but a required field`);
  }

  private wrongType(name: string, value: Value, expected: string): never {
    return fail(
      'TypeMismatch',
      `BSON field '${this.scope}.${name}' is the wrong type '${typeOf(value)}', expected type '${expected}'`,
    );
  }
}
