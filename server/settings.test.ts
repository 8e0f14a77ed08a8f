import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { mailServerOf, senderOf } from './mail/mail-server.ts';
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

  const mail = {
    MAIL_URL: 'smtps://ana%40example.com:hush%2Fhush@smtp.example.com',
    MAIL_FROM: 'Harbour Agency <hello@example.com>',
    PUBLIC_URL: 'https://sync.example',
  };
  test.each([
    ['a mail server without a sender', { ...mail, MAIL_FROM: undefined }, /MAIL_FROM: is missing/],
    ['a sender without a mail server', { ...mail, MAIL_URL: undefined }, /MAIL_URL: is missing/],
    ['links that begin with nothing', { ...mail, PUBLIC_URL: undefined }, /PUBLIC_URL: is missing/],
    [
      'no mail server',
      { ...mail, MAIL_URL: 'https://user:hush@mail.example' },
      /MAIL_URL: must begin with smtp/,
    ],
    ['a path', { ...mail, MAIL_URL: 'smtp://user:hush@mail.example/x' }, /MAIL_URL: has more in it/],
    [
      'an option that is none',
      { ...mail, MAIL_URL: 'smtp://user:hush@mail.example?tls=no' },
      /has more in it/,
    ],
    ['no kind of security', { ...mail, MAIL_URL: 'smtp://mail.example?security=some' }, /one of tls/],
    ['a contradiction', { ...mail, MAIL_URL: 'smtps://mail.example?security=none' }, /security is tls/],
    ['a password that is not written so', { ...mail, MAIL_URL: 'smtp://user:hush%@mail.example' }, /%25/],
    ['a sender who is none', { ...mail, MAIL_FROM: 'Harbour' }, /MAIL_FROM: must be an email address/],
  ])('of mail: %s', (_, given, sentence) => {
    const read = () => readSettings(given);
    expect(read).toThrow(sentence);
    expect(read).not.toThrow(/hush/);
  });

  test('of mail say where, how and as whom', () => {
    expect(mailServerOf(readSettings(mail).MAIL_URL ?? '')).toEqual({
      host: 'smtp.example.com',
      port: 465,
      security: 'tls',
      user: 'ana@example.com',
      password: 'hush/hush',
    });
    expect(mailServerOf('smtp://[::1]:2525?security=none')).toEqual({
      host: '::1',
      port: 2525,
      security: 'none',
    });
    expect(mailServerOf('smtp://mail.example')).toMatchObject({ port: 587, security: 'starttls' });
    expect(senderOf(mail.MAIL_FROM)).toEqual({ from: 'hello@example.com', fromName: 'Harbour Agency' });
    expect(senderOf('hello@example.com')).toEqual({ from: 'hello@example.com', fromName: 'SyncFlow' });
    expect(JSON.stringify(printable(readSettings(mail)))).not.toMatch(/hush%2Fhush|ana/);
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
