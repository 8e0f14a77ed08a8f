import { expect, test } from '@jest/globals';
import { PERMISSIONS, ROLE_PERMISSIONS } from '#server/auth/permissions.ts';
import { rights } from './rights.ts';

test.each(PERMISSIONS.filter((permission) => permission !== 'see'))(
  'who may “%s” is said as it is: every such role, and no other',
  (permission) => {
    const may = Object.entries(ROLE_PERMISSIONS).flatMap(([role, all]) =>
      all.has(permission) ? [role] : [],
    );
    expect(rights.who[permission].match(/[a-z]+(?=s\b)/g)).toEqual(may);
  },
);
