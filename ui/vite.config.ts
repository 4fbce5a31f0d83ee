import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// `FIREBELL_DEVHOST` is where `cargo xtask run --browser` listens; `npm run dev` hands calls on to it.
const devhost = process.env.FIREBELL_DEVHOST ?? "http://127.0.0.1:4420";

const { version } = JSON.parse(readFileSync(here("package.json"), "utf8")) as { version: string };

export default defineConfig({
  define: { __FIREBELL_VERSION__: JSON.stringify(version) },
  plugins: [svelte()],
  // Tests run the same client-side Svelte as the window, not its server half.
  resolve: { alias: { "@": here("src") }, conditions: process.env.VITEST ? ["browser"] : undefined },
  build: {
    target: ["es2023", "safari17", "chrome120"],
    // The content security policy allows no data: URLs, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      input: { index: here("index.html"), page: here("page.html"), line: here("line.html") },
    },
  },
  server: {
    port: 1420,
    strictPort: true,
    // The catalogue lies beside `ui`, because Rust reads it too.
    fs: { allow: [here("..")] },
    proxy: { "/api": devhost, "/events": devhost },
  },
  test: { include: ["tests/unit/**/*.test.ts"], environment: "node" },
});
