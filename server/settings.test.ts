import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { printable, readSettings } from './settings.ts';
import { settingsPage } from './settings-page.ts';

describe('settings', () => {
  test('have defaults that work, and take no notice of other variables or empty ones', () => {
    expect(readSettings({ HOME: '/root', PORT: '' })).toMatchObject({
      HOST: '127.0.0.1',
      DATA_DIR: 'data',
      DEMO: 'auto',
    });
  });

  test('are read as what they mean', () => {
    expect(readSettings({ PORT: '8080', PUBLIC_URL: 'https://sync.example/' })).toMatchObject({
      PORT: 8080,
      PUBLIC_URL: 'https://sync.example',
    });
  });

  test('that are wrong are all named in one error', () => {
    expect(() => readSettings({ PORT: 'http', DEMO: 'maybe', MONGODB_URI: 'localhost' })).toThrow(
      /PORT[\s\S]*MONGODB_URI[\s\S]*DEMO/,
    );
  });

  test('are printed without secrets', () => {
    const settings = readSettings({ MASTER_KEY: 'secret-key', MONGODB_URI: 'mongodb://user:pass@db/x' });
    expect(JSON.stringify(printable(settings))).not.toMatch(/secret-key|pass/);
  });

  test('stand in docs/reference/settings.md as they are (npm run docs writes it)', () => {
    expect(readFileSync(join(import.meta.dirname, '..', 'docs', 'reference', 'settings.md'), 'utf8')).toBe(
      settingsPage(),
    );
  });
});
