import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FakeHost } from "../fake-host";
import { asked, openStage, settled, type Stage } from "./browser";

let stage: Stage;
beforeAll(async () => (stage = await openStage()));
afterAll(() => stage.close());

const lines = (page: Page) => page.getByTestId("stream-entry").allTextContents();
const open = async (address = "#/incident/HOT-1042") => {
  const { page, errors } = await stage.open(address);
  await page.getByTestId("stream-entry").first().waitFor();
  await settled(page);
  return { page, errors };
};

describe("the timeline", () => {
  test("is filtered by keyboard, and each facet is taken out again by its chip", async () => {
    const { page, errors } = await open();
    const all = (await lines(page)).length;
    await page.keyboard.press("/");
    await page.keyboard.type("deploy IDENTITY");
    await expect.poll(() => page.getByTestId("filter-count").textContent()).toBe("1 of 14");
    expect((await lines(page))[0]).toContain("Rolled back");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Shift+K");
    for (const kind of ["Observation", "Change"]) {
      // The menu takes the focus when it has opened; until then an arrow would go nowhere.
      while (!(await page.locator("[role^=menuitem]:focus").innerText()).includes(kind)) await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
    }
    await page.keyboard.press("Escape");
    await expect.poll(() => page.getByTestId("stream-entry").evaluateAll((rows) => [...new Set(rows.map((row) => (row as HTMLElement).dataset.kind))].sort())).toEqual(["change", "observation"]);
    const chips = page.getByRole("button", { name: /^Remove filter/ });
    expect(await chips.count()).toBe(2);
    await chips.first().click();
    await chips.first().click();
    await expect.poll(async () => (await lines(page)).length).toBe(all);
    expect(errors).toEqual([]);
  });

  test("lets many lines be chosen and changed by keyboard alone", async () => {
    const { page } = await open();
    await page.getByTestId("stream-list").focus();
    await page.keyboard.press("End");
    await page.keyboard.press("Shift+ArrowUp");
    await page.keyboard.press("Shift+ArrowUp");
    await expect.poll(() => page.getByTestId("bulk-bar").getByRole("status").textContent()).toBe("2 lines");
    await page.keyboard.press("t");
    await page.keyboard.type("eu-north");
    await page.keyboard.press("Enter");
    await expect.poll(() => asked(page, "edit_entries")).toMatchObject([{ edit: { field: "add_tag", value: "eu-north" } }]);
    await expect.poll(async () => (await lines(page)).filter((line) => line.includes("#eu-north")).length).toBe(2);
    await page.keyboard.press("Delete");
    await expect.poll(() => page.locator("[data-testid=stream-entry].retracted").count()).toBe(3);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+a");
    await expect.poll(() => page.getByTestId("bulk-bar").getByRole("status").textContent()).toBe("6 lines");
    expect(await page.evaluate(() => location.hash)).toBe("#/incident/HOT-1042");
  });

  test("never takes a letter of a composition for a key", async () => {
    const { page } = await open();
    await page.getByTestId("stream-list").focus();
    await page.keyboard.press("End");
    for (const key of ["x", "Delete", "Enter", "s"]) {
      await page.evaluate((key) => {
        const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
        Object.defineProperty(event, "keyCode", { value: 229 });
        document.activeElement?.dispatchEvent(event);
      }, key);
    }
    await settled(page);
    expect([await asked(page, "edit_entries"), await page.getByTestId("bulk-bar").count(), await page.locator("form textarea.in").count()]).toEqual([[], 0, 0]);
  });

  test("shows the history of a line with who and when", async () => {
    const { page } = await open();
    await page.getByTestId("stream-list").focus();
    await page.keyboard.press("End");
    await page.keyboard.press("i");
    const history = page.getByTestId("entry-history");
    await history.getByText("Tagged #eu-west").waitFor();
    expect(await history.locator("li").count()).toBe(4);
    await page.keyboard.press("Escape");
    await history.waitFor({ state: "detached" });
  });

  test("shows Markdown as elements of a short list, and nothing of what is hostile", async () => {
    const { page, errors } = await open();
    await page.locator("[data-testid=stream-entry] strong").first().waitFor();
    await page.evaluate(() => {
      const { fakeHost: host } = window as unknown as { fakeHost: FakeHost };
      const text = "<img src=x onerror=\"window.hit=1\"> [go](javascript:window.hit=1) [out](https://example.org/a) ![p](https://evil.example/p.png) <script>window.hit=1</script>";
      host.answers.add_entry({ incident: "i-1042", kind: "observation", text, at: null });
      host.tell({ event: "changed", incidents: ["i-1042"], directory: false });
    });
    const line = page.getByTestId("stream-entry").last();
    await line.getByText("out", { exact: true }).click();
    expect(await page.evaluate(() => (window as unknown as { fakeHost: FakeHost }).fakeHost.opened)).toEqual(["https://example.org/a"]);
    expect(await line.locator("img, script, a[href^=javascript]").count()).toBe(0);
    expect(await page.evaluate(() => "hit" in window)).toBe(false);
    expect(errors).toEqual([]);
  });

  test("holds ten thousand lines and filters them at each key", async () => {
    const { page } = await open("?scene=long#/incident/HOT-1042");
    await expect.poll(() => page.getByTestId("stream-list").getAttribute("data-whole")).toBe("true");
    expect(await page.getByTestId("stream-entry").count()).toBeLessThan(80);
    await page.keyboard.press("/");
    await page.keyboard.type("DEPLOY. 777");
    await expect.poll(() => page.getByTestId("filter-count").textContent()).toBe("19 of 10,000");
    const reads = await asked(page, "list_stream");
    expect(reads.length).toBe(21);
  });

  test("stays at its end when every line gets another height, and leaves a reader where they are", async () => {
    const { page } = await open("?scene=uneven#/incident/HOT-1042");
    await expect.poll(() => page.getByTestId("stream-list").getAttribute("data-whole")).toBe("true");
    await settled(page);
    const list = page.getByTestId("stream-list");
    const latest = page.getByRole("button", { name: "Latest" });
    const below = () => list.evaluate((view) => Math.round(view.scrollHeight - view.clientHeight - view.scrollTop));
    await expect.poll(below).toBeLessThan(10);
    // Every height that was measured is wrong now.
    await page.setViewportSize({ width: 760, height: 600 });
    await expect.poll(() => list.evaluate((view) => view.clientWidth)).toBeLessThan(800);
    await settled(page);
    await expect.poll(below).toBeLessThan(10);
    expect(await latest.count()).toBe(0);
    await list.hover();
    await page.mouse.wheel(0, -900);
    await latest.waitFor();
    await settled(page);
    const read = await below();
    expect(read).toBeGreaterThan(300);
    await page.getByTestId("stream-input").fill("one more");
    await page.keyboard.press("Enter");
    await expect.poll(below).toBeGreaterThan(read);
    await latest.click();
    await expect.poll(below).toBeLessThan(10);
    await latest.waitFor({ state: "detached" });
  });

  test("shows two clocks and swaps them", async () => {
    const { page } = await open();
    await page.getByTestId("zone-menu").click();
    const first = await page.getByTestId("zone-menu").textContent();
    await page.keyboard.press("Escape");
    expect(first).toContain("UTC");
  });
});

describe("the past", () => {
  test("is shown read-only as of a phrase, and Esc leads back", async () => {
    const { page } = await open();
    const all = (await lines(page)).length;
    await page.keyboard.press("w");
    await page.keyboard.type("10 min ago");
    const banner = page.getByTestId("past-banner");
    await banner.getByText("IM: Mei Lin").waitFor();
    await expect.poll(async () => (await lines(page)).length).toBeLessThan(all);
    await page.getByTestId("stream-entry").first().hover();
    expect([await page.getByTestId("stream-input").count(), await page.getByTestId("entry-edit").count()]).toEqual([0, 0]);
    expect(await page.locator("aside.side").evaluate((side) => side.hasAttribute("inert"))).toBe(true);
    await page.keyboard.press("Escape");
    await banner.waitFor({ state: "detached" });
    expect(await page.evaluate(() => location.hash)).toBe("#/incident/HOT-1042");
    await page.getByTestId("stream-input").waitFor();
  });
});

describe("the picture", () => {
  test("is drawn when asked for, filters to what is in view by keyboard, and is a table too", async () => {
    const { page, errors } = await open();
    await page.keyboard.press("g");
    await page.locator("[data-testid=picture] canvas").waitFor();
    await page.locator("[data-testid=picture] .chart").focus();
    for (const key of ["+", "+", "ArrowRight", "Enter"]) await page.keyboard.press(key);
    await page.getByTestId("filter-count").waitFor();
    const shown = Number((await page.getByTestId("filter-count").textContent())?.split(" ")[0]);
    expect(shown).toBeGreaterThan(0);
    expect(shown).toBeLessThan(14);
    await page.getByTestId("picture-table").click();
    const table = page.locator("[data-testid=picture] table");
    expect(await table.getByText("Severity 1").count()).toBe(1);
    expect(errors).toEqual([]);
  });
});

describe("the quick line", () => {
  const line = async (address = "?line") => {
    const { page, errors } = await stage.open(address);
    await page.getByTestId("line-input").waitFor();
    await settled(page);
    return { page, errors };
  };

  test("goes to the incident that I command, with the moment of the keys, and closes", async () => {
    const { page, errors } = await line();
    const at = await page.evaluate(() => Date.parse(document.querySelector("time")?.dateTime ?? ""));
    await page.clock.runFor(60_000);
    await page.keyboard.type("Cards work again in Norway");
    await page.keyboard.press("Enter");
    await expect.poll(() => asked(page, "write_line")).toEqual([{ incident: "i-1042", kind: "observation", text: "Cards work again in Norway", at }]);
    await expect.poll(() => page.evaluate(() => (window as unknown as { fakeHost: FakeHost }).fakeHost.lineClosed)).toBe(true);
    expect(errors).toEqual([]);
  });

  test("keeps what was typed when it is put away, and asks where it goes", async () => {
    const { page } = await line();
    await page.keyboard.type("half a thought");
    await page.keyboard.press("Alt+ArrowDown");
    await page.keyboard.press("Escape");
    expect(await page.evaluate(() => (window as unknown as { fakeHost: FakeHost }).fakeHost.lineClosed)).toBe(true);
    expect(await asked(page, "write_line")).toEqual([]);
    await page.reload();
    await page.getByTestId("line-input").waitFor();
    await expect.poll(() => page.getByTestId("line-input").inputValue()).toBe("half a thought");
    await expect.poll(() => page.getByTestId("line-incident").inputValue()).toBe("i-1045");
  });

  test("says when there is nowhere to write", async () => {
    const { page } = await line("?line&scene=empty");
    await page.keyboard.type("something");
    await page.keyboard.press("Enter");
    await page.getByText("No incident is open.").waitFor();
    expect(await asked(page, "write_line")).toEqual([]);
  });
});
