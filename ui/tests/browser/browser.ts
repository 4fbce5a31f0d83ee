import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium, type Browser, type Page } from "playwright-core";
import { createServer, type ViteDevServer } from "vite";
import type { FakeHost } from "../fake-host";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export interface Stage {
  browser: Browser;
  /** A window at an address (`?scene=…#/now`), with its errors collected. */
  open(address: string): Promise<{ page: Page; errors: string[] }>;
  close(): Promise<void>;
}

export const launch = () =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });

export async function openStage(): Promise<Stage> {
  const vite: ViteDevServer = await createServer({ server: { port: 0, strictPort: false }, logLevel: "error" });
  await vite.listen();
  const browser = await launch();
  return {
    browser,
    async open(address) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" });
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      page.on("console", (message) => {
        if (message.type() === "error") errors.push(message.text());
      });
      // The window's own clock, so that time can be pushed: `page.clock.runFor`.
      await page.clock.install();
      await page.goto(`${vite.resolvedUrls?.local[0]}tests/stage.html${address}`);
      await page.waitForFunction(() => document.querySelector("#app")?.childElementCount);
      return { page, errors };
    },
    async close() {
      await browser.close();
      await vite.close();
    },
  };
}

/** Waits until nothing is under way in the window: it draws twice without asking its host for more. */
export const settled = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const { calls } = (window as unknown as { fakeHost: FakeHost }).fakeHost;
    const drawn = () => new Promise(requestAnimationFrame);
    for (let before = -1; before !== calls.length; ) {
      before = calls.length;
      await drawn();
      await drawn();
    }
  });

/** What the window asked of its host under a name. */
export const asked = (page: Page, name: string): Promise<unknown[]> =>
  page.evaluate(
    (wanted) => (window as unknown as { fakeHost: FakeHost }).fakeHost.calls.filter((call) => call.name === wanted).map((call) => JSON.parse(JSON.stringify(call.args))),
    name,
  );

/** What axe finds wrong on the page, in words; empty when nothing is. */
export async function axeFinds(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const run = (window as unknown as { axe: { run(root: Document, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }).axe.run;
    const found = await run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] });
    return found.violations.map((each) => `${each.id}: ${each.nodes[0]?.html}`);
  });
}
