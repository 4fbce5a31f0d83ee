import { defineConfig } from "vitest/config";

// Behaviour in a real browser (Chromium at /usr/bin/chromium or where CHROMIUM says) with the fake host.
export default defineConfig({
  test: { include: ["tests/browser/**/*.test.ts"], testTimeout: 30_000, hookTimeout: 120_000, fileParallelism: false },
});
