import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = 'http://127.0.0.1:4747';

/** Builds the page from editor/ into dist/. `vite` alone serves it with a running SyncFlow behind it. */
export default defineConfig({
  root: 'editor',
  plugins: [react(), tailwind()],
  // The server puts a fresh one in its place for each answer: server/page.ts.
  html: { cspNonce: '__CSP_NONCE__' },
  build: { outDir: '../dist', emptyOutDir: true, target: 'baseline-widely-available' },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': server, '/signin': server, '/socket.io': { target: server, ws: true } },
  },
});
