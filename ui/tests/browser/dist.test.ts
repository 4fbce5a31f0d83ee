import { createServer, type Server } from "node:http";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Command } from "../../src/host";
import { FakeHost } from "../fake-host";
import { launch } from "./browser";

// The policy of the desktop's windows, as devhost sends it.
const policy =
  "default-src 'self'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

let server: Server;
let browser: Browser;
let base: string;
const folder = mkdtempSync(join(tmpdir(), "firebell-dist-"));

beforeAll(async () => {
  // As it is shipped: the runner says "test", with which Svelte builds in what helps to develop.
  const env = process.env.NODE_ENV;
  process.env.NODE_ENV = "production";
  await build({ build: { outDir: folder, emptyOutDir: true }, logLevel: "error" });
  process.env.NODE_ENV = env;
  const fake = new FakeHost({ tongue: "en", theme: "light", scene: "" });
  server = createServer((request, response) => {
    response.setHeader("content-security-policy", policy);
    const path = new URL(request.url ?? "/", "http://x").pathname;
    if (path === "/events") {
      response.setHeader("content-type", "text/event-stream");
      response.write(": here\n\n");
      return;
    }
    if (path.startsWith("/api/")) {
      let body = "";
      request.on("data", (part) => (body += part));
      request.on("end", () => {
        response.setHeader("content-type", "application/json");
        fake.call(path.slice(5) as Command, JSON.parse(body) as never).then(
          (reply) => response.end(JSON.stringify(reply)),
          (failure) => {
            response.statusCode = 409;
            response.end(JSON.stringify({ code: failure.code, message: "", retryable: false }));
          },
        );
      });
      return;
    }
    const file = path === "/" ? "/index.html" : path;
    response.setHeader("content-type", types[extname(file)] ?? "application/octet-stream");
    try {
      response.end(readFileSync(join(folder, file)));
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(path: string) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const errors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(error.message));
  await page.addInitScript(() => {
    window.addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
  });
  await page.goto(base + path);
  return { page, errors };
}

test("what is shipped talks to devhost and keeps to the content security policy in every room", async () => {
  const { page, errors } = await open("/");
  await page.getByTestId("board-row").first().waitFor();
  await page.getByTestId("declare-button").click();
  await page.getByTestId("declare-service").click();
  await page.getByRole("option").first().waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.getByTestId("sync-word").click();
  await page.keyboard.press("Escape");
  for (const room of ["rail-incidents", "rail-pages", "rail-oncall", "rail-settings", "rail-now"]) await page.getByTestId(room).click();
  await page.getByTestId("board-row").first().click();
  await page.getByTestId("stream-entry").first().waitFor();
  await page.getByTestId("incident-menu").click();
  await page.getByTestId("resolve-open").last().click();
  await page.getByTestId("resolve-submit").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.getByTestId("palette-input").fill("hot");
  await page.getByRole("option").first().waitFor();
  expect(errors).toEqual([]);
});

test("the page window is small and keeps to the policy too", async () => {
  const { page, errors } = await open("/page.html?id=g-1");
  await page.getByTestId("ack-page").waitFor();
  const loaded = await page.evaluate(() => performance.getEntriesByType("resource").filter((each) => each.name.endsWith(".js")).reduce((sum, each) => sum + (each as PerformanceResourceTiming).decodedBodySize, 0));
  expect(loaded).toBeGreaterThan(0);
  expect(loaded).toBeLessThan(160_000);
  expect(errors).toEqual([]);
});
