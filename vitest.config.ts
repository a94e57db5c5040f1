import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/**/*.test.ts'], setupFiles: ['test/drawn-cases.ts'], testTimeout: 60_000 },
});
