/** What our client asks and our sandbox serves, held to Shopify's published schema. */
import { describe, expect, test } from '@jest/globals';
import {
  buildSchema,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
  NoDeprecatedCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { operations } from '#nodes/shopify/operations/all-operations.ts';
import { schema as ours } from '#nodes/shopify/sandbox/schema.ts';
import { obtainShopifySchemas, SCHEMA_VERSIONS } from './shopify-schema.ts';

const obtained = obtainShopifySchemas();

if ('unreachable' in obtained) {
  const message = `Shopify's schema could not be had, so nothing was checked: ${obtained.unreachable}`;
  process.emitWarning(message);
  test.skip(message, () => {});
} else {
  const { schemas } = obtained;
  describe.each(SCHEMA_VERSIONS)('Admin API %s', (version) => {
    clientContract(schemas[version]);
    sandboxContract(schemas[version]);
  });
  differencesAreNoticed(schemas['2026-10']);
}

function clientContract(theirs: GraphQLSchema): void {
  describe('the client', () => {
    test.each([...operations])(
      '$name is valid at Shopify, uses nothing deprecated there, and is valid in the sandbox',
      ({ name, document }) => {
        const parsed = parse(document);
        expect(validate(theirs, parsed, [...specifiedRules, NoDeprecatedCustomRule])).toEqual([]);
        expect(validate(ours, parsed)).toEqual([]);
        expect(parsed.definitions).toMatchObject([{ name: { value: name } }]);
      },
    );

    test('the rules that a schema does not show are kept: a key, and what a quantity is compared with', () => {
      const keyed = ['inventorySetQuantities', 'refundCreate'];
      const documents = operations.map(({ document }) => document);
      for (const mutation of keyed) {
        const using = documents.filter((document) => document.includes(`${mutation}(`));
        expect(using).toEqual([expect.stringMatching(/@idempotent\(key: \$key\)/)]);
      }
      const otherKeyed =
        /\b(inventoryAdjustQuantities|inventoryActivate|inventoryMove|inventoryTransfer|inventoryShipment)/;
      expect(documents.filter((document) => otherKeyed.test(document))).toEqual([]);
    });

    test('a wrong operation would be noticed', () => {
      expect(validate(theirs, parse('{ locations(first: 1) { nodes { nonsense } } }'))).not.toEqual([]);
    });
  });
}

function sandboxContract(theirs: GraphQLSchema): void {
  describe('the sandbox', () => {
    test("has no type, field, argument or enum value that differs from Shopify's", () => {
      expect(differences(ours, theirs)).toEqual([]);
    });
  });
}

function differencesAreNoticed(theirs: GraphQLSchema): void {
  test('a difference would be noticed', () => {
    const changed = buildSchema(`
        directive @idempotent(key: ID!) on FIELD
        schema { query: QueryRoot }
        type QueryRoot { shop: Shop location(id: ID!, name: String): Location }
        type Shop { name: Int! nonsense: String }
        type Location { id: ID! }
        enum ProductStatus { ACTIVE GONE }
        input InventoryQuantityInput { quantity: Int }
        union Extra = Shop | Location
      `);
    expect(differences(changed, theirs)).toEqual([
      'Extra is missing',
      'InventoryQuantityInput.quantity: Int, not Int!',
      'ProductStatus.GONE is missing',
      'QueryRoot.location(id: ID!), not ID',
      'QueryRoot.location(name:) is missing',
      'QueryRoot.shop: Shop, not Shop!',
      'Shop.name: Int!, not String!',
      'Shop.nonsense is missing',
      '@idempotent(key: ID!), not String!',
    ]);
  });
}

/** What of `part` does not stand alike in `whole`, sorted by type. */
function differences(part: GraphQLSchema, whole: GraphQLSchema): string[] {
  const types = Object.values(part.getTypeMap())
    .filter((type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type))
    .sort((a, b) => a.name.localeCompare(b.name));
  const found = types.flatMap((type) => typeDifferences(type, whole.getType(type.name)));
  const directive = part.getDirective('idempotent');
  const other = whole.getDirective('idempotent');
  return [...found, ...argumentDifferences('@idempotent', directive?.args ?? [], other?.args ?? [])];
}

function typeDifferences(type: GraphQLNamedType, other: GraphQLNamedType | undefined): string[] {
  if (other?.constructor !== type.constructor) return [`${type.name} is missing`];
  if (isEnumType(type) && isEnumType(other)) {
    const names = new Set(other.getValues().map((value) => value.name));
    return type
      .getValues()
      .flatMap(({ name }) => (names.has(name) ? [] : [`${type.name}.${name} is missing`]));
  }
  if (isInputObjectType(type) && isInputObjectType(other)) {
    return fieldDifferences(type.name, type.getFields(), other.getFields());
  }
  if ((isObjectType(type) && isObjectType(other)) || (isInterfaceType(type) && isInterfaceType(other))) {
    const interfaces = new Set(other.getInterfaces().map((one) => one.name));
    const missing = type.getInterfaces().filter((one) => !interfaces.has(one.name));
    return [
      ...missing.map((one) => `${type.name} does not implement ${one.name}`),
      ...fieldDifferences(type.name, type.getFields(), other.getFields()),
    ];
  }
  return [];
}

interface Field {
  readonly type: unknown;
  readonly args?: readonly Argument[];
}
interface Argument {
  readonly name: string;
  readonly type: unknown;
}

function fieldDifferences(
  owner: string,
  fields: Record<string, Field>,
  others: Record<string, Field>,
): string[] {
  return Object.entries(fields)
    .sort(([a], [b]) => a.localeCompare(b))
    .flatMap(([name, field]) => {
      const other = others[name];
      if (!other) return [`${owner}.${name} is missing`];
      const type =
        String(field.type) === String(other.type)
          ? []
          : [`${owner}.${name}: ${field.type}, not ${other.type}`];
      return [...type, ...argumentDifferences(`${owner}.${name}`, field.args ?? [], other.args ?? [])];
    });
}

function argumentDifferences(
  owner: string,
  args: readonly Argument[],
  others: readonly Argument[],
): string[] {
  return args.flatMap((arg) => {
    const other = others.find((one) => one.name === arg.name);
    if (!other) return [`${owner}(${arg.name}:) is missing`];
    return String(arg.type) === String(other.type)
      ? []
      : [`${owner}(${arg.name}: ${arg.type}), not ${other.type}`];
  });
}
