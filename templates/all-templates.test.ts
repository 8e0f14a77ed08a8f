import { describe, expect, test } from '@jest/globals';
import { ALL_NODE_TYPES } from '#nodes/all-node-types.ts';
import { validateGraph } from '#runtime/pipelines/validate.ts';
import { ALL_TEMPLATES } from './all-templates.ts';
import { fillIn } from './define-template.ts';

test('ids are unique: saved flows name them', () => {
  expect(new Set(ALL_TEMPLATES.map(({ id }) => id)).size).toBe(ALL_TEMPLATES.length);
});

describe.each(ALL_TEMPLATES.map((template) => [template.id, template] as const))('%s', (_id, template) => {
  test('works with nothing filled in: every parameter has a default, and every wire fits', () => {
    const filled = fillIn(template, {});
    expect(validateGraph(filled.graph, ALL_NODE_TYPES)).toEqual([]);
    expect(filled.name).toBe(template.title);
  });

  test('has a title for each parameter, and promises something in one sentence', () => {
    for (const [name, schema] of Object.entries(template.parameters.shape))
      expect([name, typeof schema.meta()?.title]).toEqual([name, 'string']);
    expect(template.promise).toMatch(/^[A-Z][^.]+\.$/);
  });

  test('says in plain words what it does, with the numbers that are filled in', () => {
    const parameters = template.parameters.parse({});
    const said = [...template.rules(parameters), template.example(parameters)];
    for (const sentence of said) expect(sentence).toMatch(/^[A-Z0-9].*[.”]$/s);
    for (const value of Object.values(parameters))
      if (typeof value === 'number' && value !== 0) expect(said.join(' ')).toContain(String(value));
  });

  test('refuses parameters of the wrong kind', () => {
    for (const name of Object.keys(template.parameters.shape))
      expect(() => fillIn(template, { [name]: { not: 'a value' } })).toThrow();
  });
});
