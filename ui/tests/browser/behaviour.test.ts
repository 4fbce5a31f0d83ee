import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FakeHost } from "../fake-host";
import { asked, openStage, settled, type Stage } from "./browser";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

describe("declaring", () => {
  test("works by keyboard alone", async () => {
    const { page, errors } = await stage.open("#/now");
    await page.getByTestId("board-row").first().waitFor();
    await page.keyboard.press("Control+d");
    await page.getByTestId("declare-summary").waitFor();
    await page.keyboard.type("Logins fail with a blank page");
    // Past the look-alike and the scale to the first severity.
    while (!(await page.evaluate(() => document.activeElement?.matches("[type=radio][value='1'], [role=radiogroup] [type=radio]")))) await page.keyboard.press("Tab");
    await page.keyboard.press("2");
    await page.keyboard.press("Control+Enter");
    await expect.poll(() => page.url()).toContain("#/incident/HOT-1046");
    expect(await asked(page, "declare_incident")).toMatchObject([{ summary: "Logins fail with a blank page", severity: 2, service: null }]);
    expect(errors).toEqual([]);
  });

  test("keeps what was typed when it is refused, and says why", async () => {
    const { page } = await stage.open("#/now");
    await page.evaluate(() => {
      (window as unknown as { fakeHost: FakeHost }).fakeHost.answers.declare_incident = () => {
        throw { code: "not_saved", message: "disk full", args: {}, fields: [], retryable: true };
      };
    });
    await page.getByTestId("declare-button").click();
    await page.getByTestId("declare-summary").fill("Logins fail");
    await page.getByTestId("declare-severity-1").check({ force: true });
    await page.getByTestId("declare-submit").click();
    await page.getByRole("alert").waitFor();
    expect(await page.getByTestId("declare-summary").inputValue()).toBe("Logins fail");
    expect(await page.getByRole("alert").innerText()).not.toContain("disk full");
  });

  test("saves a draft once for a burst of typing, not again and again", async () => {
    const { page } = await stage.open("#/now");
    await page.getByTestId("declare-button").click();
    await page.keyboard.type("Logins fail");
    await page.clock.runFor(60_000);
    await settled(page);
    expect((await asked(page, "save_declare_draft")).length).toBe(1);
  });

  test("names what is missing and moves the focus there", async () => {
    const { page } = await stage.open("#/now");
    await page.getByTestId("declare-button").click();
    await page.keyboard.press("Control+Enter");
    await page.getByRole("alert").waitFor();
    expect(await page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("alert");
    expect(await asked(page, "declare_incident")).toEqual([]);
  });

  test("chooses a service and gives it back", async () => {
    const { page } = await stage.open("#/now");
    await page.getByTestId("declare-button").click();
    await page.getByTestId("declare-service").fill("sear");
    await page.getByRole("option", { name: "search" }).click();
    expect(await page.getByTestId("declare-service").inputValue()).toBe("search");
    await page.getByTestId("declare-summary").fill("Old results");
    await page.getByTestId("declare-severity-3").check({ force: true });
    await page.getByTestId("declare-submit").click();
    await expect.poll(() => asked(page, "declare_incident")).toMatchObject([{ service: "s-search", severity: 3 }]);
  });
});

describe("the one input line", () => {
  test("goes through the kinds by Tab, sends by Enter, and lets go after Esc", async () => {
    const { page } = await stage.open("#/incident/HOT-1042");
    const input = page.getByTestId("stream-input");
    await input.click();
    await page.keyboard.press("Tab");
    await page.keyboard.type("p99 falls");
    await page.keyboard.press("Enter");
    await expect.poll(() => asked(page, "write_line")).toMatchObject([{ kind: "observation", text: "p99 falls", at: null }]);
    expect(await input.inputValue()).toBe("");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
    expect(await input.evaluate((element) => element === document.activeElement)).toBe(false);
  });

  test("is free at once for the next line, and takes back what could not be saved", async () => {
    const { page } = await stage.open("#/incident/HOT-1042");
    const input = page.getByTestId("stream-input");
    const hold = () =>
      page.evaluate(() => {
        const host = (window as unknown as { fakeHost: FakeHost }).fakeHost;
        const { promise, resolve, reject } = Promise.withResolvers<undefined>();
        promise.catch(() => {});
        host.held.set("write_line", promise);
        Object.assign(window, { save: () => resolve(undefined), refuse: () => reject(new Error("the disk is full")) });
      });
    const draft = () => page.evaluate(() => JSON.stringify(Object.values(localStorage)));
    await hold();
    await input.click();
    await page.keyboard.type("first");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.type("second");
    await page.keyboard.press("Enter");
    await page.keyboard.type("third");
    expect(await input.inputValue()).toBe("third");
    // A crash now loses nothing.
    expect(await draft()).toContain(String.raw`first\\nsecond\\nthird`);
    await page.evaluate(() => (window as unknown as { save(): void }).save());
    const both = [{ kind: "message", text: "first" }, { kind: "observation", text: "second" }];
    await expect.poll(() => asked(page, "write_line")).toMatchObject(both);
    await expect.poll(draft).not.toContain("second");
    await hold();
    await page.keyboard.press("Enter");
    await page.keyboard.type("fourth");
    await page.evaluate(() => (window as unknown as { refuse(): void }).refuse());
    await expect.poll(() => input.inputValue()).toBe("third\nfourth");
  });

  test("offers verbs and names while one types, and takes one by Tab or Enter without sending", async () => {
    const { page, errors } = await stage.open("#/incident/HOT-1042");
    await page.getByTestId("stream-input").click();
    await page.keyboard.type("/o");
    await page.getByTestId("suggestions").waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.type("p99 falls, @an");
    await page.getByRole("option", { name: "Ana Ortiz" }).waitFor();
    await page.keyboard.press("Enter");
    expect(await page.getByTestId("stream-input").inputValue()).toBe("/obs p99 falls, @Ana Ortiz ");
    expect(await asked(page, "write_line")).toEqual([]);
    // Esc closes the list and nothing else; Enter sends then.
    await page.keyboard.type("@");
    await page.keyboard.press("Escape");
    expect(await page.getByTestId("suggestions").count()).toBe(0);
    await page.keyboard.press("Enter");
    await expect.poll(() => asked(page, "write_line")).toMatchObject([{ text: "/obs p99 falls, @Ana Ortiz @" }]);
    expect(errors).toEqual([]);
  });

  test("never sends in the middle of a composition", async () => {
    const { page } = await stage.open("#/incident/HOT-1042");
    const input = page.getByTestId("stream-input");
    await input.click();
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("Input.imeSetComposition", { text: "shibai", selectionStart: 6, selectionEnd: 6 });
    await input.dispatchEvent("keydown", { key: "Enter", keyCode: 229, isComposing: true, bubbles: true });
    await cdp.send("Input.insertText", { text: "失败" });
    // What WebKit sends after the composition has ended.
    await page.evaluate(() => {
      const event = new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true });
      Object.defineProperty(event, "keyCode", { value: 229 });
      document.activeElement?.dispatchEvent(event);
    });
    expect(await asked(page, "write_line")).toEqual([]);
    await page.keyboard.press("Enter");
    await expect.poll(() => asked(page, "write_line")).toMatchObject([{ text: "失败" }]);
  });

  test("keeps an unfinished line when one leaves and comes back", async () => {
    const { page } = await stage.open("#/incident/HOT-1042");
    await page.getByTestId("stream-input").fill("half a thought");
    await page.getByTestId("rail-now").click();
    await page.getByTestId("board-row").first().click();
    await expect.poll(() => page.getByTestId("stream-input").inputValue()).toBe("half a thought");
  });
});

describe("a page window", () => {
  const open = async () => {
    const { page } = await stage.open("?page");
    const button = page.getByTestId("ack-page");
    await button.waitFor();
    await page.evaluate(() => window.dispatchEvent(new Event("focus")));
    await button.evaluate((element) => element.focus());
    return page;
  };

  test("does not take an Enter that was meant for another window", async () => {
    const page = await open();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Space");
    expect(await asked(page, "acknowledge_page")).toEqual([]);
  });

  test("takes it a second later, and a click at any time", async () => {
    const page = await open();
    await page.clock.runFor(1_000);
    await page.keyboard.press("Enter");
    await expect.poll(() => asked(page, "acknowledge_page")).toEqual([{ id: "g-1", take_command: false }]);
    const clicked = await open();
    await clicked.getByTestId("ack-and-command").click();
    await expect.poll(() => asked(clicked, "acknowledge_page")).toEqual([{ id: "g-1", take_command: true }]);
  });

  test("asks why somebody cannot come before it passes the page on", async () => {
    const page = await open();
    await page.getByTestId("decline-page").click();
    await page.getByTestId("decline-submit").click();
    expect(await asked(page, "decline_page")).toEqual([]);
    await page.getByTestId("decline-reason").fill("on a train");
    await page.getByTestId("decline-submit").click();
    await expect.poll(() => asked(page, "decline_page")).toEqual([{ id: "g-1", reason: "on a train" }]);
  });
});

describe("the window", () => {
  test("moves by J and K, opens by Enter, goes back by Esc", async () => {
    const { page } = await stage.open("#/now");
    await page.getByTestId("board-row").first().waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.url()).toContain("#/incident/HOT-1042");
    await page.getByTestId("incident-summary").waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => page.url()).toContain("#/now");
  });

  test("reads an incident again for its own changes only", async () => {
    const { page } = await stage.open("#/incident/HOT-1042");
    await page.getByTestId("stream-entry").first().waitFor();
    await settled(page);
    const before = (await asked(page, "get_incident")).length;
    const tell = (incident: string) => page.evaluate((id) => (window as unknown as { fakeHost: FakeHost }).fakeHost.tell({ event: "changed", incidents: [id], directory: false }), incident);
    await tell("i-9999");
    await settled(page);
    expect((await asked(page, "get_incident")).length).toBe(before);
    await tell("i-1042");
    await expect.poll(async () => (await asked(page, "get_incident")).length).toBe(before + 1);
  });

  test("switches its language while one is looking", async () => {
    const { page } = await stage.open("#/settings");
    await page.getByTestId("settings-language").selectOption("zh-Hans");
    await expect.poll(() => page.locator("h1").innerText()).toBe("设置");
    expect(await page.evaluate(() => document.documentElement.lang)).toBe("zh-Hans");
  });

  test("finds an incident and a command in the palette", async () => {
    const { page } = await stage.open("#/now");
    await page.getByTestId("board-row").first().waitFor();
    const chosen = (text: string) => page.locator("[data-command-item][data-selected]").filter({ hasText: text }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByTestId("palette-input").fill("1043");
    await chosen("Search results are two hours old");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.url()).toContain("#/incident/HOT-1043");
    await page.keyboard.press("Control+k");
    await page.getByTestId("palette-input").fill("go to on call");
    await chosen("Go to On call");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.url()).toContain("#/on-call");
  });

  test("shows the keys when asked with Shift or without", async () => {
    const { page } = await stage.open("#/now");
    await page.getByTestId("board-row").first().waitFor();
    await page.keyboard.press("Shift+?");
    await page.getByRole("dialog").waitFor();
  });

  test("opens what a notification or a link asked for, and changes nothing by it", async () => {
    const { page } = await stage.open("#/now");
    await page.getByTestId("board-row").first().waitFor();
    await page.evaluate(() => (window as unknown as { fakeHost: FakeHost }).fakeHost.tell({ event: "open", incident: "HOT-1043" }));
    await expect.poll(() => page.url()).toContain("#/incident/HOT-1043");
    expect(await asked(page, "command_incident")).toEqual([]);
  });

  test("resolves with the times that stand in the form", async () => {
    const { page } = await stage.open("#/incident/HOT-1042");
    await page.getByTestId("resolve-open").first().click();
    await page.getByTestId("resolve-submit").click();
    const [command] = (await asked(page, "command_incident")) as { action: { action: string; times: { impact_start: number; impact_end: number } } }[];
    expect(command?.action.action).toBe("resolve");
    expect(command?.action.times.impact_end).toBeGreaterThan(command?.action.times.impact_start ?? Infinity);
  });

  test("does not go on asking its host while nothing happens", async () => {
    for (const room of ["now", "incidents", "incident/HOT-1042", "pages", "on-call", "settings", "conflicts"]) {
      const { page } = await stage.open(`#/${room}`);
      await settled(page);
      const count = () => page.evaluate(() => (window as unknown as { fakeHost: FakeHost }).fakeHost.calls.length);
      const before = await count();
      await page.clock.runFor(60_000);
      await settled(page);
      expect([room, await count()]).toEqual([room, before]);
      await page.close();
    }
  }, 120_000);
});
