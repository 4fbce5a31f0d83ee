import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FakeHost } from "../fake-host";
import { asked, axeFinds, openStage, settled, type Stage } from "./browser";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

type Window = { fakeHost: FakeHost };
const field = (page: Page, name: string) => page.getByTestId(`directory-field-${name}`);
const save = (page: Page) => page.getByTestId("editor-save").click();
/** The next save fails as told. */
const fail = (page: Page, command: "save_service" | "save_schedule", error: unknown) =>
  page.evaluate(
    ([name, thrown]) => {
      const { answers } = (window as unknown as Window).fakeHost;
      const kept = answers[name];
      answers[name] = () => {
        answers[name] = kept as never;
        throw thrown;
      };
    },
    [command, error] as const,
  );

describe("setting up on call", () => {
  test("leads from the empty board through four steps, each offering what was made before", async () => {
    const { page, errors } = await stage.open("?scene=bare#/now");
    await page.getByTestId("set-up-on-call").click();
    await expect.poll(() => page.url()).toContain("#/settings/schedules");

    await page.getByTestId("directory-add").click();
    await page.keyboard.type("Payments on call");
    await page.getByTestId("schedule-preview").getByText("Mei Lin").waitFor();
    await page.keyboard.press("Enter");
    await page.getByTestId("directory-row").waitFor();
    const [schedule] = (await asked(page, "save_schedule")) as { was: null; form: object }[];
    expect(schedule).toMatchObject({ was: null, form: { name: "Payments on call", rotations: [{ people: ["p-mei"], hand_off: "09:00", lengths: [7], in_hours: false, layer: 0 }], from: null, active: true } });
    // The focus is on what was made.
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain("Payments on call");

    await page.getByTestId("set-up-steps").getByRole("link").nth(1).click();
    await page.getByTestId("directory-add").click();
    await page.keyboard.type("Payments");
    await page.getByTestId("directory-target-0").fill("Mei");
    await page.getByRole("option", { name: /Mei Lin/ }).click();
    await page.getByTestId("directory-timeout-0").fill("2.5");
    await save(page);
    await page.getByTestId("directory-row").waitFor();
    const targets = [{ kind: "schedule", id: "schedules-1" }, { kind: "person", id: "p-mei" }];
    expect(await asked(page, "save_policy")).toMatchObject([{ form: { name: "Payments", steps: [{ targets, timeout_secs: 150 }], repeats: 0 } }]);

    await page.getByTestId("settings-section-services").click();
    await page.getByTestId("directory-add").click();
    await page.keyboard.type("payments-api");
    expect(await field(page, "policy").inputValue()).toBe("Payments");
    await page.keyboard.press("Enter");
    await page.getByTestId("directory-row").waitFor();
    expect(await asked(page, "save_service")).toMatchObject([{ form: { name: "payments-api", policy: "policies-2" } }]);

    await page.getByTestId("settings-section-imoc").click();
    await field(page, "imoc_policy").click();
    await page.getByRole("option", { name: "Payments" }).click();
    await save(page);
    await expect.poll(() => asked(page, "save_settings")).toMatchObject([{ form: { imoc_policy: "policies-2" } }]);
    await expect.poll(() => page.getByTestId("set-up-steps").count()).toBe(0);
    expect(errors).toEqual([]);
  });
});

describe("an editor", () => {
  test("says what is wrong beside the field, goes there, and keeps what was typed", async () => {
    const { page } = await stage.open("#/settings/schedules");
    await page.getByTestId("directory-row").last().click();
    const fields = [
      { field: "rotations.0.lengths", message_id: "error-turn-days" },
      { field: "rotations.0.hand_off", message_id: "error-hand-off" },
    ];
    await fail(page, "save_schedule", { code: "invalid", message: "", args: {}, fields, retryable: false });
    await field(page, "hand_off").fill("25:00");
    await page.keyboard.press("Enter");
    await page.getByText("A turn lasts 1 to 366 days.").waitFor();
    expect(await field(page, "hand_off").inputValue()).toBe("25:00");
    expect(await field(page, "hand_off").getAttribute("aria-invalid")).toBe("true");
    await expect.poll(() => field(page, "turn_days").evaluate((element) => element === document.activeElement)).toBe(true);
    // What is wrong has no preview either.
    await field(page, "turn_days").fill("0");
    await page.getByText("the next shifts stand here").waitFor();
    expect(await axeFinds(page)).toEqual([]);
  });

  test("puts aside what is cancelled by Esc, brings it back, and keeps it while one looks elsewhere", async () => {
    const { page } = await stage.open("#/settings/products");
    await page.getByTestId("directory-add").click();
    await page.keyboard.type("Gift cards");
    await page.getByTestId("settings-section-teams").click();
    await page.getByTestId("settings-section-products").click();
    expect(await field(page, "name").inputValue()).toBe("Gift cards");
    await field(page, "name").click();
    await page.keyboard.press("Escape");
    await page.getByText("Bring it back").click();
    expect(await field(page, "name").inputValue()).toBe("Gift cards");
    await save(page);
    await expect.poll(() => asked(page, "save_product")).toMatchObject([{ was: null, form: { name: "Gift cards" } }]);
    await expect.poll(() => page.getByText("not sent").count()).toBe(1);
  });

  test("neither saves nor cancels in the middle of a composition", async () => {
    const { page } = await stage.open("#/settings/teams");
    await page.getByTestId("directory-add").click();
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("Input.imeSetComposition", { text: "zhifu", selectionStart: 5, selectionEnd: 5 });
    for (const key of ["Enter", "Escape"]) await field(page, "name").dispatchEvent("keydown", { key, keyCode: 229, isComposing: true, bubbles: true, cancelable: true });
    await cdp.send("Input.insertText", { text: "支付组" });
    const handled = await page.evaluate(() => {
      // What WebKit sends after the composition has ended; left alone it would submit the form.
      const event = new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true });
      Object.defineProperty(event, "keyCode", { value: 229 });
      return !(document.activeElement?.dispatchEvent(event) ?? true);
    });
    expect(handled).toBe(true);
    expect(await asked(page, "save_team")).toEqual([]);
    await page.keyboard.press("Enter");
    await expect.poll(() => asked(page, "save_team")).toMatchObject([{ form: { name: "支付组" } }]);
  });

  test("lays what was typed over what somebody else saved meanwhile", async () => {
    const { page } = await stage.open("#/settings/services");
    await page.getByTestId("directory-row").first().click();
    await field(page, "name").fill("pay");
    await page.evaluate(() => {
      const { directory } = (window as unknown as Window).fakeHost;
      const service = directory.view.services[0];
      if (service) directory.view.services[0] = { ...service, stamps: { name: "theirs" }, form: { ...service.form, name: "payments", team: null } };
    });
    const args = { refusal: "conflict", by: "Ana Ortiz", at: String(Date.now()), now: "payments", field: "name" };
    await fail(page, "save_service", { code: "conflict", message: "", args, fields: [], retryable: false });
    await page.keyboard.press("Enter");
    await page.getByText(/Ana Ortiz changed this/).waitFor();
    await page.getByRole("button", { name: "Show what stands now" }).click();
    // Theirs where I typed nothing, mine where I did.
    await expect.poll(() => field(page, "team").inputValue()).toBe("");
    expect(await field(page, "name").inputValue()).toBe("pay");
    await save(page);
    await expect.poll(async () => (await asked(page, "save_service")).at(-1)).toMatchObject({ was: { stamps: { name: "theirs" } }, form: { name: "pay", team: null } });
  });

  test("moves people in turn by keyboard, and the focus goes along", async () => {
    const { page } = await stage.open("#/settings/schedules");
    await page.getByTestId("directory-row").last().click();
    await page.getByRole("button", { name: "Move Ana Ortiz down" }).focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    await save(page);
    await expect.poll(async () => (await asked(page, "save_schedule")).at(-1)).toMatchObject({ form: { rotations: [{ people: ["p-jonas", "p-mei", "p-ana"] }] } });
  });

  test("retires, and shows it again when asked", async () => {
    const { page } = await stage.open("#/settings/products");
    await page.getByTestId("directory-row").first().click();
    await page.getByTestId("editor-retire").click();
    await expect.poll(() => asked(page, "save_product")).toMatchObject([{ form: { active: false } }]);
    await expect.poll(() => page.getByTestId("directory-row").count()).toBe(2);
    await page.getByText("no longer active").click();
    await expect.poll(() => page.getByTestId("directory-row").count()).toBe(3);
  });

  test("is one's own entry only for who is no administrator", async () => {
    const { page } = await stage.open("?scene=no-admin#/settings/people");
    await page.getByTestId("directory-row").first().waitFor();
    expect(await page.getByTestId("directory-add").count()).toBe(0);
    expect(await page.locator("button[data-testid=directory-row]").count()).toBe(1);
    await page.locator("button[data-testid=directory-row]").click();
    expect(await field(page, "name").isDisabled()).toBe(true);
    await field(page, "phone").fill("+44 20 7946 0999");
    await page.keyboard.press("Enter");
    await expect.poll(() => asked(page, "save_person")).toMatchObject([{ form: { phone: "+44 20 7946 0999" } }]);
  });
});

describe("what keeps somebody from being rung", () => {
  test("quiet hours are set beside the rules, and the preview says what they do for each severity", async () => {
    const { page, errors } = await stage.open("#/settings/people");
    await page.getByTestId("directory-row").first().click();
    const preview = page.getByTestId("rules-preview");
    await preview.waitFor();
    expect(await preview.innerText()).not.toContain("quiet hours");
    await page.getByTestId("quiet-own").check();
    await preview.getByText("In quiet hours it rings all the same.").waitFor();
    await preview.getByText("In quiet hours the desktop shows it without sound.").waitFor();
    await page.getByTestId("quiet-hours-from").fill("23:30");
    await save(page);
    const days = [1, 2, 3, 4, 5, 6, 7];
    await expect.poll(() => asked(page, "save_person")).toMatchObject([{ form: { quiet_hours: { days, from: "23:30", until: "07:00" } } }]);
    expect(errors).toEqual([]);
  });

  test("a step that reaches nobody says so in words while it is edited, and can be saved", async () => {
    const { page } = await stage.open("#/settings/policies");
    await page.evaluate(() => {
      const { directory } = (window as unknown as Window).fakeHost;
      const lost = directory.view.people[5];
      if (lost) Object.assign(lost.form, { name: "No Way", email: "" });
    });
    await page.getByTestId("settings-section-people").click();
    await page.getByTestId("settings-section-policies").click();
    await page.getByTestId("directory-row").first().click();
    await page.getByTestId("directory-step-add").click();
    await page.getByTestId("directory-target-1").fill("No Way");
    await page.getByRole("option", { name: /No Way/ }).click();
    await page.clock.runFor(1_000);
    const doubt = page.getByTestId("policy-doubt-1");
    await doubt.waitFor();
    expect(await doubt.innerText()).toContain("No Way has neither an account");
    expect(await doubt.innerText()).toContain("This step reaches nobody.");
    expect(await page.getByTestId("policy-doubt-0").count()).toBe(0);
    // An address that is typed is one more choice, and then the step reaches somebody.
    await page.getByTestId("directory-target-1").fill("ops@example.org");
    await page.getByRole("option", { name: /ops@example.org/ }).click();
    await page.clock.runFor(1_000);
    await expect.poll(() => doubt.innerText()).not.toContain("This step reaches nobody.");
    expect(await axeFinds(page)).toEqual([]);
    await save(page);
    const targets = [{ kind: "person" }, { kind: "email", id: "ops@example.org", rotation: null }];
    await expect.poll(() => asked(page, "save_policy")).toMatchObject([{ form: { steps: [{}, { targets }] } }]);
  });

  test("a rotation of a schedule that has several can be rung alone", async () => {
    const { page } = await stage.open("#/settings/policies");
    await page.evaluate(() => {
      const { directory } = (window as unknown as Window).fakeHost;
      const rotations = directory.view.schedules[0]?.form.rotations;
      const [first] = rotations ?? [];
      if (first) rotations?.push({ ...first, id: "r-nights", name: "Nights", layer: 1 });
    });
    await page.getByTestId("settings-section-people").click();
    await page.getByTestId("settings-section-policies").click();
    await page.getByTestId("directory-row").last().click();
    await page.getByTestId("directory-target-0").fill("Nights");
    await page.getByRole("option", { name: /Nights/ }).click();
    await save(page);
    await expect.poll(() => asked(page, "save_policy")).toHaveLength(1);
    const [saved] = (await asked(page, "save_policy")) as { form: { steps: { targets: object[] }[] } }[];
    expect(saved?.form.steps[0]?.targets.at(-1)).toEqual({ kind: "rotation", id: "h-0", rotation: "r-nights" });
  });

  test("where people meet is a setting, with the shipped way shown", async () => {
    const { page } = await stage.open("#/settings/calls");
    expect(await field(page, "call_scheme").getAttribute("placeholder")).toContain("{key}");
    await field(page, "call_scheme").fill("https://meet.example/{key}");
    await save(page);
    await expect.poll(() => asked(page, "save_settings")).toMatchObject([{ form: { call_scheme: "https://meet.example/{key}" } }]);
  });

  test("how long command is waited for is set with the IMOC", async () => {
    const { page } = await stage.open("#/settings/imoc");
    await field(page, "command_within").fill("10");
    await save(page);
    await expect.poll(() => asked(page, "save_settings")).toMatchObject([{ form: { command_within_secs: 600 } }]);
  });
});

test("no section has a finding of axe, in either language and theme", async () => {
  for (const look of ["lang=en&theme=light", "lang=zh&theme=dark"]) {
    for (const section of ["you", "computer", "people", "teams", "services", "products", "schedules", "policies", "webhooks", "imoc", "calls", "scale"]) {
      const { page, errors } = await stage.open(`?${look}#/settings/${section}`);
      await page.getByTestId(`settings-section-${section}`).waitFor();
      const row = page.getByTestId("directory-row");
      if (!["you", "computer", "imoc", "calls", "scale"].includes(section)) await row.first().click();
      // Past what waits for a pause in typing.
      await page.clock.runFor(1_000);
      await settled(page);
      expect([look, section, await axeFinds(page), errors]).toEqual([look, section, [], []]);
      await page.close();
    }
  }
}, 240_000);
