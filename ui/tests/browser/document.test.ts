import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FakeHost } from "../fake-host";
import { asked, openStage, type Stage } from "./browser";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

type Window = { fakeHost: FakeHost };
const text = (page: Awaited<ReturnType<Stage["open"]>>["page"]) => page.evaluate(() => (window as unknown as Window).fakeHost.document.text);

/** The document of the usual incident, with the caret at its beginning. */
async function opened(scene = "") {
  const { page, errors } = await stage.open(`${scene ? `?scene=${scene}` : ""}#/incident/HOT-1042`);
  await page.getByTestId("record-tab-document").click();
  const content = page.locator(".cm-content");
  await content.waitFor();
  await content.click();
  await page.keyboard.press("Control+Home");
  return { page, errors, content };
}

describe("the state document", () => {
  test("what is typed is handed over within a moment", async () => {
    const { page, errors } = await opened();
    await page.keyboard.type("Declines fall. ");
    await page.clock.runFor(400);
    await expect.poll(() => text(page)).toMatch(/^Declines fall\. # Current state/);
    expect((await asked(page, "write_document")).length).toBeLessThan("Declines fall. ".length);
    expect(errors).toEqual([]);
  });

  test("what others write comes in, and undo takes back only what is one's own", async () => {
    const { page, content } = await opened();
    await page.keyboard.type("mine ");
    await page.clock.runFor(400);
    await page.evaluate(() => (window as unknown as Window).fakeHost.document.write("theirs "));
    await expect.poll(() => content.innerText()).toContain("theirs ");
    await page.keyboard.press("Control+z");
    await page.clock.runFor(400);
    await expect.poll(() => text(page)).not.toContain("mine ");
    expect(await text(page)).toContain("theirs ");
  });

  test("somebody else's caret has a name, and goes when they leave", async () => {
    const { page, content } = await opened();
    await page.keyboard.press("ArrowRight");
    await page.clock.runFor(400);
    const [place] = (await asked(page, "place_caret")).slice(-1) as [{ anchor: string; head: string }];
    expect(place.anchor).toContain("item");
    const tell = (anchor: string | null) =>
      page.evaluate(
        ([anchor]) => {
          const host = (window as unknown as Window).fakeHost;
          const person = host.data.directory.people.find((each) => each.id !== host.data.mei.id);
          host.tell({ event: "caret", incident: host.document.open(0).incident, person: person?.id ?? "", writer: 99, anchor: anchor ?? null, head: anchor ?? null });
          return person?.name ?? "";
        },
        [anchor] as const,
      );
    const name = await tell(place.anchor);
    await expect.poll(() => content.locator(".cm-ySelectionInfo").allInnerTexts()).toContain(name);
    await tell(null);
    await expect.poll(() => content.locator(".cm-ySelectionInfo").count()).toBe(0);
  });

  test("Tab stays in the text, and after Esc it leaves it", async () => {
    const { page } = await opened();
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("data-testid"))).toBe("document-editor");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("data-testid"))).not.toBe("document-editor");
  });

  test("a link is opened by the program, and only one that may be", async () => {
    const { page } = await opened();
    await page.keyboard.type("<https://status.example.com> <javascript:alert(1)> ");
    await page.keyboard.press("Home");
    for (let n = 0; n < 5; n += 1) await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Control+Enter");
    const links = () => page.evaluate(() => (window as unknown as Window).fakeHost.opened);
    await expect.poll(links).toEqual(["https://status.example.com"]);
    for (let n = 0; n < 30; n += 1) await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Control+Enter");
    expect(await links()).toEqual(["https://status.example.com"]);
    expect(await page.locator(".cm-content a, .cm-content script").count()).toBe(0);
  });

  test("is begun by one press, and says what it is for until then", async () => {
    const { page } = await stage.open("?scene=new#/incident/HOT-1042");
    await page.getByTestId("record-tab-document").click();
    await page.getByTestId("document-begin").click();
    await expect.poll(() => page.locator(".cm-content").innerText()).toContain("# Current state");
  });

  test("what could not be saved is said, kept and saved again", async () => {
    const { page } = await opened();
    await page.evaluate(() => {
      const host = (window as unknown as Window).fakeHost;
      const works = host.answers.write_document;
      let failures = 0;
      host.answers.write_document = (args) => {
        failures += 1;
        if (failures === 1) throw { code: "not_saved", message: "disk full", args: {}, fields: [], retryable: true };
        return works(args);
      };
    });
    await page.keyboard.type("kept ");
    await page.clock.runFor(400);
    await page.getByRole("alert").first().waitFor();
    await page.clock.runFor(3_000);
    await expect.poll(() => text(page)).toMatch(/^kept /);
    await expect.poll(() => page.getByRole("alert").count()).toBe(0);
  });
});

describe("the tables", () => {
  test("a cell is edited by keyboard, and Esc leaves it as it was", async () => {
    const { page, errors } = await opened();
    const cell = page.getByTestId("changes-table").locator("textarea").first();
    await cell.focus();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("Roll it back");
    await page.keyboard.press("Enter");
    await expect.poll(() => asked(page, "edit_production_change")).toMatchObject([{ edit: { what: "Roll it back" } }]);
    await cell.focus();
    await page.keyboard.type(" twice");
    await page.keyboard.press("Escape");
    expect(await cell.inputValue()).toBe("Roll it back");
    await page.getByTestId("workstream-add").fill("Payments");
    await page.keyboard.press("Enter");
    await expect.poll(() => asked(page, "add_workstream")).toMatchObject([{ name: "Payments" }]);
    expect(errors).toEqual([]);
  });

  test("what is refused is said beside its row, and what was typed stays", async () => {
    const { page } = await opened();
    await page.evaluate(() => {
      (window as unknown as Window).fakeHost.answers.edit_production_change = () => {
        throw { code: "not_saved", message: "disk full", args: {}, fields: [], retryable: true };
      };
    });
    const cell = page.getByTestId("changes-table").locator("textarea").first();
    await cell.fill("Another");
    await page.keyboard.press("Enter");
    await page.getByTestId("changes-table").getByRole("alert").waitFor();
    expect(await cell.inputValue()).toBe("Another");
  });
});

test("the incident is shown as Markdown, to be copied", async () => {
  const { page } = await stage.open("#/incident/HOT-1042");
  await page.getByTestId("incident-menu").click();
  await page.getByTestId("export-incident").click();
  await expect.poll(() => page.getByTestId("export-text").inputValue()).toMatch(/^# HOT-/);
});
