import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { tokensCss } from './src/tokens.ts';

// The custom properties and the antd theme come from src/tokens.ts alone: the style sheet is never a file.
function tokens(): Plugin {
  const name = 'virtual:tokens.css';
  return {
    name: 'guanjia-tokens',
    resolveId: id => (id === name ? `\0${name}` : undefined),
    load: id => (id === `\0${name}` ? tokensCss() : undefined),
  };
}

// The server's addresses, for the development server.
function faces(): Plugin {
  return {
    name: 'guanjia-faces',
    configureServer(server) {
      server.middlewares.use((request, _, next) => {
        const path = request.url?.split('?')[0] ?? '';
        if (path === '/' || /^\/console(\/|$)/.test(path)) request.url = '/console.html';
        else if (/^\/m(\/|$)/.test(path)) request.url = '/technician.html';
        else if (/^\/r(\/|$)/.test(path)) request.url = '/resident.html';
        next();
      });
    },
  };
}

export default defineConfig({
  plugins: [tokens(), faces(), react()],
  build: {
    manifest: true,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { console: 'console.html', technician: 'technician.html', resident: 'resident.html' },
      output: {
        // What the phone's pages share with those that come later stays in one piece: many small ones pack worse.
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            {
              name: 'work',
              test: /src\/technician\/(list|kept|outbox|my-rounds|to-read|bell|duty|deciding|path|foresee|query|ticket|photos|plans|sheets|steps|visit|work|words\/(index|zh))\.tsx?$/,
            },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': process.env.GUANJIA_API ?? 'http://127.0.0.1:8080' } },
  test: { environment: 'happy-dom', include: ['src/**/*.test.{ts,tsx}'], restoreMocks: true },
});
