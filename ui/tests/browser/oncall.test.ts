import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asked, openStage, type Stage } from "./browser";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const HOUR = 3_600_000;
const dialog = (page: Page) => page.getByRole("dialog");

async function calendar() {
  const opened = await stage.open("#/on-call");
  await opened.page.getByTestId("calendar-schedule").first().waitFor();
  return opened;
}

describe("the on-call calendar", () => {
  test("arranges an override where somebody drags", async () => {
    const { page, errors } = await calendar();
    const row = page.getByTestId("calendar-schedule").first().locator(".line.final .row");
    await row.scrollIntoViewIfNeeded();
    const box = await row.boundingBox();
    if (!box) throw new Error("the row is not to be seen");
    const [from, to] = [box.x + box.width * 0.6, box.x + box.width * 0.7];
    await page.mouse.move(from, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move((from + to) / 2, box.y + box.height / 2);
    await page.mouse.move(to, box.y + box.height / 2);
    await page.mouse.up();
    await dialog(page).waitFor();
    await page.getByTestId("override-person").fill("Tom");
    await page.getByRole("option", { name: "Tom Berg" }).click();
    await page.getByTestId("override-add").click();
    await expect.poll(() => asked(page, "add_override")).toHaveLength(1);
    const [form] = (await asked(page, "add_override")) as { schedule: string; person: string; start: number; end: number }[];
    expect(form).toMatchObject({ schedule: "h-1", person: "p-tom", replaces: null, adds: false });
    // A tenth of a fortnight, to whole hours on both sides.
    const hours = ((form?.end ?? 0) - (form?.start ?? 0)) / HOUR;
    expect(hours).toBeGreaterThanOrEqual(33);
    expect(hours).toBeLessThanOrEqual(36);
    await dialog(page).waitFor({ state: "hidden" });
    expect(errors).toEqual([]);
  });

  test("does the same by keyboard, from the button or from a shift", async () => {
    const { page } = await calendar();
    await page.getByTestId("override-open").first().focus();
    await page.keyboard.press("Enter");
    await page.getByTestId("override-add").waitFor();
    await page.keyboard.press("Escape");
    await dialog(page).waitFor({ state: "hidden" });
    await page.locator("button.bar.mine").first().focus();
    await page.keyboard.press("Enter");
    await page.getByTestId("swap-open").focus();
    await page.keyboard.press("Enter");
    await page.getByTestId("swap-offer").focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => asked(page, "offer_swap")).toMatchObject([{ schedule: "h-1", colleague: null, back_start: null }]);
  });

  test("takes a shift, accepts a swap, and looks two weeks on", async () => {
    const { page } = await calendar();
    await page.getByTestId("swap-accept").click();
    await expect.poll(() => asked(page, "answer_swap")).toEqual([{ swap: "w-1", accept: true }]);
    const before = (await asked(page, "list_shifts")) as { from: number }[];
    await page.getByTestId("calendar-later").click();
    // In whole days: the clocks may change in between.
    const days = async () => Math.round((((await asked(page, "list_shifts")).at(-1) as { from: number }).from - (before.at(-1)?.from ?? 0)) / (24 * HOUR));
    await expect.poll(days).toBe(14);
  });

  test("lets somebody join, and takes somebody off", async () => {
    const { page, errors } = await calendar();
    await page.getByTestId("override-open").first().click();
    await page.getByTestId("override-kind").selectOption("joins");
    await page.getByTestId("override-add").click();
    await page.getByText("Choose a person.").waitFor();
    await page.getByTestId("override-person").fill("Tom");
    await page.getByRole("option", { name: /Tom/ }).click();
    await page.getByTestId("override-add").click();
    await dialog(page).waitFor({ state: "hidden" });
    await page.getByTestId("override-open").first().click();
    await page.getByTestId("override-kind").selectOption("off");
    await page.getByTestId("override-add").click();
    await page.getByText("Choose a person.").waitFor();
    expect(await asked(page, "add_override")).toHaveLength(1);
    await page.getByTestId("override-person").click();
    await page.getByRole("option", { name: /Mei/ }).click();
    await page.getByTestId("override-add").click();
    await dialog(page).waitFor({ state: "hidden" });
    const [joins, off] = (await asked(page, "add_override")) as { person: string | null; replaces: string | null; adds: boolean }[];
    expect([joins?.adds, joins?.replaces, off?.adds, off?.person]).toEqual([true, null, false, null]);
    expect(joins?.person).toBeTruthy();
    expect(off?.replaces).toBeTruthy();
    expect(errors).toEqual([]);
  });

  test("says a gap in words, not by colour alone", async () => {
    const { page } = await calendar();
    const gap = page.locator("button.bar.gap").first();
    expect(await gap.innerText()).toBe("nobody");
    expect(await gap.getAttribute("aria-label")).toContain("Nobody is on call");
  });
});

describe("cover beyond an override", () => {
  test("offers a swap in return for one of the colleague's shifts", async () => {
    const { page, errors } = await calendar();
    await page.locator("button.bar.mine").first().click();
    await page.getByTestId("swap-open").click();
    await page.getByTestId("swap-return").check();
    // Nobody in particular can give nothing in particular.
    await page.getByTestId("swap-offer").click();
    await page.getByText("only somebody in particular").waitFor();
    expect(await asked(page, "offer_swap")).toEqual([]);
    await page.getByTestId("swap-colleague").fill("Ana");
    await page.getByRole("option", { name: /Ana Ortiz/ }).click();
    const choice = page.getByTestId("swap-return-shift");
    expect(await choice.locator("option").count()).toBe(1);
    await page.getByTestId("swap-offer").click();
    await expect.poll(() => asked(page, "offer_swap")).toHaveLength(1);
    const [form] = (await asked(page, "offer_swap")) as { colleague: string; back_start: number; back_end: number }[];
    expect(form?.colleague).toBe("p-ana");
    expect(((form?.back_end ?? 0) - (form?.back_start ?? 0)) / HOUR).toBe(168);
    await dialog(page).waitFor({ state: "hidden" });
    expect(errors).toEqual([]);
  });

  test("plans a time by hand, in turns without a gap", async () => {
    const { page, errors } = await calendar();
    await page.getByTestId("temporary-open").first().click();
    await page.getByTestId("temporary-submit").click();
    await page.getByText("Choose at least one person.").waitFor();
    await page.getByTestId("temporary-name").fill("Summer party");
    await page.getByTestId("temporary-add").click();
    for (const [at, name] of [[0, "Tom Berg"], [1, "Ana Ortiz"]] as const) {
      await page.getByTestId(`temporary-person-${at}`).fill(name);
      await page.getByRole("option", { name }).click();
    }
    await page.getByTestId("temporary-submit").click();
    await expect.poll(() => asked(page, "add_temporary")).toHaveLength(1);
    const [form] = (await asked(page, "add_temporary")) as { name: string; start: number; end: number; shifts: { person: string; start: number; end: number }[] }[];
    if (!form) throw new Error("nothing was asked");
    expect(form).toMatchObject({ schedule: "h-1", name: "Summer party" });
    expect((form.end - form.start) / HOUR).toBe(168);
    const middle = form.shifts[0]?.end;
    expect(form.shifts).toEqual([
      { person: "p-tom", start: form.start, end: middle },
      { person: "p-ana", start: middle, end: form.end },
    ]);
    expect(((middle ?? 0) - form.start) / HOUR).toBe(84);
    await dialog(page).waitFor({ state: "hidden" });
    expect(errors).toEqual([]);
  });

  test("leaves planning by hand to administrators", async () => {
    const { page } = await stage.open("?scene=no-admin#/on-call");
    await page.getByTestId("override-open").first().waitFor();
    expect(await page.getByTestId("temporary-open").count()).toBe(0);
  });
});

describe("the way of a test page", () => {
  test("names every hop, and what to do about the one that failed", async () => {
    const { page } = await calendar();
    expect(await page.getByTestId("test-walk").count()).toBe(0);
    await page.getByTestId("send-test-page").click();
    await page.evaluate(() => (window as unknown as { fakeHost: { tell(event: object): void } }).fakeHost.tell({ event: "pages" }));
    const hops = page.getByTestId("test-walk").locator("ol li");
    await hops.first().waitFor();
    expect(await hops.evaluateAll((all) => all.map((hop) => hop.getAttribute("data-state")))).toEqual(["passed", "passed", "passed", "passed", "failed", "passed", "passed"]);
    expect(await page.getByTestId("hop-sound").innerText()).toContain("Connect one");
    expect(await page.getByTestId("test-walk").getByRole("status").innerText()).toContain("did not go the whole way");
    expect(await page.getByTestId("test-walk").locator("ul li").allInnerTexts()).toEqual([expect.stringMatching(/e-mail\s+sent/)]);
  });
});
