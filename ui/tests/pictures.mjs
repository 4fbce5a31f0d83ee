// Pictures of every view with the fake host, and axe's findings on each: `node tests/pictures.mjs [name…]`.
// Not part of `npm test`: it needs Chromium. What it writes to tests/pictures/ is looked at, not committed.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { createServer } from "vite";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const wide = { width: 1440, height: 900 };
const narrow = { width: 900, height: 800 };
const tiny = { width: 640, height: 800 };
const small10 = { width: 1024, height: 700 };
const small = { width: 440, height: 300 };
const click = (id) => (page) => page.getByTestId(id).first().click();

/** name, address, size, what to do before the picture */
const shots = [
  ["now", "#/now", wide],
  ["now-narrow", "#/now", narrow],
  ["now-offline", "?scene=offline#/now", wide],
  ["now-empty", "?scene=empty#/now", wide],
  ["now-wall", "#/now", wide, (page) => page.keyboard.press("f")],
  ["declare", "?scene=offline#/now", wide, declare],
  ["declare-wrong", "#/now", wide, async (page) => {
    await click("declare-button")(page);
    await page.keyboard.press("Control+Enter");
  }],
  ["incident", "#/incident/HOT-1042", wide],
  ["roles-brief", "?scene=offline#/incident/HOT-1042", wide, click("brief-open")],
  ["roles-hand-over", "#/incident/HOT-1042", wide, async (page) => {
    await page.getByTestId("seat-menu").nth(1).click();
    await click("seat-hand-over")(page);
    await page.getByTestId("hand-over-when").selectOption("later");
    await page.locator("details summary").last().click();
  }],
  ["roles-offered", "?scene=offered-role#/incident/HOT-1042", wide],
  ["incident-narrow", "#/incident/HOT-1042", narrow, (page) => page.locator(".folds .right").click()],
  ["incident-tiny", "#/incident/HOT-1042", tiny],
  ["incident-new", "?scene=new#/incident/HOT-1044", wide],
  ["incident-edit", "#/incident/HOT-1042", wide, async (page) => {
    await page.getByTestId("stream-entry").nth(5).hover();
    await page.getByTestId("entry-edit").first().click();
    await page.getByTestId("edit-times").click();
  }],
  ["incident-filter", "#/incident/HOT-1042", wide, async (page) => {
    await page.keyboard.press("/");
    await page.keyboard.type("identity");
    await page.keyboard.press("Shift+H");
    await page.keyboard.press("Shift+H");
    await page.getByTestId("filter-kind").click();
    await page.getByRole("menuitemcheckbox").nth(2).click();
  }],
  ["incident-bulk", "#/incident/HOT-1042", wide, async (page) => {
    await page.getByTestId("stream-list").focus();
    await page.keyboard.press("End");
    await page.keyboard.press("Shift+ArrowUp");
    await page.keyboard.press("Shift+ArrowUp");
  }],
  ["incident-bulk-narrow", "#/incident/HOT-1042", tiny, async (page) => {
    await page.getByTestId("stream-list").focus();
    await page.keyboard.press("End");
    await page.keyboard.press("x");
    await page.keyboard.press("t");
  }],
  ["incident-menu", "#/incident/HOT-1042", wide, async (page) => {
    await page.getByTestId("stream-entry").nth(5).hover();
    await page.getByTestId("entry-more").first().click();
  }],
  ["incident-history", "#/incident/HOT-1042", wide, async (page) => {
    await page.getByTestId("stream-list").focus();
    await page.keyboard.press("End");
    await page.keyboard.press("i");
    await page.getByTestId("entry-history").locator("li").last().waitFor();
  }],
  ["incident-past", "#/incident/HOT-1042", wide, async (page) => {
    await page.keyboard.press("w");
    await page.keyboard.type("15 min ago");
  }],
  ["incident-past-tiny", "#/incident/HOT-1042", tiny, async (page) => {
    await page.keyboard.press("w");
    await page.keyboard.type("yesterday");
  }],
  ["incident-picture", "#/incident/HOT-1042", wide, picture],
  ["incident-picture-tiny", "#/incident/HOT-1042", tiny, picture],
  ["incident-picture-long", "?scene=long#/incident/HOT-1042", wide, picture],
  ["incident-picture-table", "#/incident/HOT-1042", wide, async (page) => {
    await picture(page);
    await click("picture-table")(page);
  }],
  ["incident-long", "?scene=long#/incident/HOT-1042", wide, async (page) => {
    await page.waitForFunction(() => document.querySelector("[data-testid=stream-list]")?.dataset.whole === "true");
    await page.keyboard.press("/");
    await page.keyboard.type("deploy 77");
  }],
  ["line-window", "?line", { width: 620, height: 168 }, (page) => page.keyboard.type("Cards work again in Norway")],
  ["line-window-small", "?line", { width: 380, height: 200 }],
  ["incident-resolve", "#/incident/HOT-1042", wide, (page) => page.getByTestId("resolve-open").first().click()],
  ["incident-severity", "#/incident/HOT-1042", wide, (page) => page.locator(".sevbtn").click()],
  ["incident-role", "#/incident/HOT-1042", wide, click("assign-role")],
  ["incidents", "#/incidents", wide],
  ["incidents-narrow", "#/incidents", narrow],
  ["pages", "#/pages", wide],
  ["on-call", "#/on-call", wide],
  ["queue", "#/queue", wide],
  ["queue-narrow", "#/queue", narrow],
  ["on-call-narrow", "#/on-call", narrow],
  ["on-call-tiny", "#/on-call", tiny],
  ["on-call-calendar", "#/on-call", { width: 1440, height: 1300 }],
  ["on-call-bare", "?scene=bare#/on-call", wide],
  ["on-call-override", "#/on-call", wide, (page) => page.getByTestId("override-open").first().click()],
  ["on-call-shift", "#/on-call", { width: 1440, height: 1300 }, (page) => page.locator("button.mine").first().click()],
  ["on-call-swap", "#/on-call", { width: 1440, height: 1300 }, async (page) => {
    await page.locator("button.mine").first().click();
    await page.getByTestId("swap-open").click();
  }],
  ["on-call-swap-return", "#/on-call", { width: 1440, height: 1300 }, swapInReturn],
  ["on-call-swap-return-tiny", "#/on-call", { width: 500, height: 900 }, swapInReturn],
  ["on-call-temporary", "#/on-call", wide, temporary],
  ["on-call-temporary-tiny", "#/on-call", { width: 500, height: 900 }, temporary],
  ["on-call-walk", "#/on-call", { width: 1440, height: 1300 }, async (page) => {
    await click("send-test-page")(page);
    await page.evaluate(() => window.fakeHost.tell({ event: "pages" }));
  }],
  ["settings", "#/settings", wide],
  ["settings-computer", "#/settings/computer", wide],
  ["settings-small", "#/settings/people", small10],
  ...["people", "teams", "services", "products", "schedules", "policies", "imoc", "queue", "scale"].map((section) => [`settings-${section}`, `#/settings/${section}`, wide]),
  ["settings-people-edit", "#/settings/people", small10, click("directory-row")],
  ["settings-invite", "#/settings/people", wide, async (page) => {
    await click("invite-open")(page);
    await click("invite-make")(page);
  }],
  ["settings-schedule-edit", "#/settings/schedules", { width: 1440, height: 1100 }, async (page) => {
    await page.getByTestId("directory-row").last().click();
    await page.getByTestId("schedule-preview").waitFor();
  }],
  ["settings-schedule-new", "?scene=bare#/settings/schedules", small10, async (page) => {
    await click("directory-add")(page);
    await click("directory-override-add")(page);
  }],
  ["settings-policy-edit", "#/settings/policies", { width: 1024, height: 900 }, async (page) => page.getByTestId("directory-row").last().click()],
  ["settings-policy-doubts", "#/settings/policies", { width: 1024, height: 1200 }, policy],
  ["settings-policy-doubts-tiny", "#/settings/policies", { width: 640, height: 1200 }, policy],
  ["settings-quiet", "#/settings/people", { width: 1024, height: 1000 }, quiet],
  ["settings-quiet-tiny", "#/settings/people", { width: 560, height: 1200 }, quiet],
  ["settings-webhook-edit", "#/settings/webhooks", small10, click("directory-row")],
  ["settings-alerts-edit", "#/settings/alerts", { width: 1024, height: 900 }, click("directory-row")],
  ["settings-maintenance-edit", "#/settings/maintenance", small10, click("directory-row")],
  ["settings-service-wrong", "?scene=bare#/settings/services", wide, async (page) => {
    await click("directory-add")(page);
    await click("editor-save")(page);
  }],
  ["settings-bare", "?scene=bare#/settings/schedules", wide],
  ["settings-no-admin", "?scene=no-admin#/settings/people", wide],
  ["now-bare", "?scene=bare#/now", wide],
  ["conflicts", "?scene=offline#/conflicts", wide],
  ["palette", "#/now", wide, async (page) => {
    await page.keyboard.press("Control+k");
    await page.getByTestId("palette-input").fill("1042");
    await page.waitForTimeout(200);
  }],
  ["keys", "#/now", wide, (page) => page.keyboard.press("?")],
  ["sync", "?scene=offline#/now", wide, click("sync-word")],
  ["first-start", "?scene=first-start", wide],
  ["first-start-server", "?scene=first-start", wide, click("first-start-server")],
  ["sign-in", "?scene=sign-in", wide],
  ["unusable", "?scene=unusable", wide],
  ["page-window", "?page", small],
  ["page-window-why", "?page", small, click("decline-page")],
  ["page-window-unconfirmed", "?page", small, async (page) => {
    await click("ack-page")(page);
    await page.waitForTimeout(5600);
  }],
];

async function choose(page, id, name) {
  await page.getByTestId(id).fill(name);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
}

async function swapInReturn(page) {
  await page.locator("button.mine").first().click();
  await page.getByTestId("swap-open").click();
  await page.getByTestId("swap-return").check();
  await choose(page, "swap-colleague", "Ana Ortiz");
}

async function temporary(page) {
  await page.getByTestId("temporary-open").first().click();
  await page.getByTestId("temporary-add").click();
  await choose(page, "temporary-person-0", "Tom Berg");
  await click("temporary-submit")(page);
}

async function policy(page) {
  await page.getByTestId("directory-row").first().click();
  await page.getByTestId("directory-step-add").click();
  const people = await page.evaluate(() => window.fakeHost.directory.view.people.at(-1).form.name);
  await choose(page, "directory-target-1", people);
  await page.waitForTimeout(400);
}

async function quiet(page) {
  await page.getByTestId("directory-row").first().click();
  await page.getByTestId("quiet-own").check();
  await page.getByTestId("quiet-own").scrollIntoViewIfNeeded();
  await page.waitForTimeout(300);
}

async function picture(page) {
  await page.keyboard.press("g");
  await page.locator("[data-testid=picture] canvas").waitFor();
  await page.waitForTimeout(300);
}

async function declare(page) {
  await click("declare-button")(page);
  await page.getByTestId("declare-summary").fill("Logins fail with a blank page");
  await page.getByTestId("declare-severity-1").check({ force: true });
  await page.waitForTimeout(600);
}

const wanted = process.argv.slice(2);
const vite = await createServer({ server: { port: 0, strictPort: false }, logLevel: "error" });
await vite.listen();
const base = `${vite.resolvedUrls.local[0]}tests/stage.html`;
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
let bad = 0;
for (const [theme, lang] of [["dark", "en"], ["light", "zh"], ["light", "en"], ["dark", "zh"], ["contrast", "en"]]) {
  for (const [name, address, viewport, prepare] of shots) {
    if (wanted.length > 0 && !wanted.some((each) => `${name}-${theme}-${lang}`.startsWith(each) || each === name)) continue;
    const page = await browser.newPage({ viewport, reducedMotion: "reduce", timezoneId: "Europe/Berlin", locale: lang === "zh" ? "zh-CN" : "en-GB" });
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) console.log(`${name} ${theme} ${lang} console:`, message.text());
    });
    page.on("pageerror", (error) => console.log(`${name} ${theme} ${lang} threw:`, error.message));
    const [query, hash] = address.split("#");
    const join = query.includes("?") ? "&" : "?";
    await page.goto(`${base}${query}${join}theme=${theme}&lang=${lang}${hash ? `#${hash}` : ""}`, { waitUntil: "networkidle" });
    await page.waitForTimeout(150);
    try {
      await prepare?.(page);
    } catch (error) {
      console.log(`${name} ${theme} ${lang} could not be prepared:`, String(error).split("\n")[0]);
    }
    await page.waitForTimeout(250);
    const before = await page.evaluate(() => window.fakeHost.calls.length);
    await page.waitForTimeout(700);
    const calls = (await page.evaluate(() => window.fakeHost.calls.length)) - before;
    if (calls > 3) console.log(`${name} ${theme} ${lang} goes on calling: ${calls} in 700 ms`);
    const picture = { path: `tests/pictures/${name}-${theme}-${lang}.png`, timeout: 15_000 };
    // On a busy machine the compositor sometimes gives no frame in time.
    await page.screenshot(picture).catch(() => page.screenshot(picture)).catch((error) => console.log(name, String(error).split("\n")[0]));
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }));
    for (const each of found.violations) {
      bad += 1;
      console.log(`${name} ${theme} ${lang} axe: ${each.impact} ${each.id}: ${each.nodes.length} × ${each.nodes[0].html.slice(0, 140)} | ${(each.nodes[0].any[0]?.message ?? each.nodes[0].all[0]?.message ?? "").slice(0, 160)}`);
    }
    await page.close();
  }
}
await browser.close();
await vite.close();
console.log(bad === 0 ? "axe found nothing" : `axe found ${bad}`);
process.exit(0);
