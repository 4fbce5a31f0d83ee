import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Page } from "playwright-core";
import type { FakeHost } from "../fake-host";
import { asked, openStage, type Stage } from "./browser";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** Files as the clipboard or a drag brings them. */
async function bring(page: Page, how: "paste" | "drop", onto: string, names: string[]) {
  await page.evaluate(
    async ([how, onto, names]) => {
      const data = new DataTransfer();
      for (const name of names) data.items.add(new File([name], name));
      const place = document.querySelector(onto);
      const init = { bubbles: true, cancelable: true };
      if (how === "paste") return void place?.dispatchEvent(new ClipboardEvent("paste", { ...init, clipboardData: data }));
      // A browser says first where the pointer is, and goes on in tasks of their own.
      for (const type of ["dragenter", "dragover", "drop"]) {
        place?.dispatchEvent(new DragEvent(type, { ...init, dataTransfer: data }));
        await new Promise((next) => setTimeout(next));
      }
    },
    [how, onto, names] as const,
  );
}

describe("files", () => {
  test("are pasted beside the input line and go with it, without words", async () => {
    const { page, errors } = await stage.open("#/incident/HOT-1042");
    await page.getByTestId("stream-input").click();
    await bring(page, "paste", "[data-testid=stream-input]", ["shot.png", "core.bin"]);
    await expect.poll(() => page.getByTestId("files-attached").getByRole("listitem").count()).toBe(2);
    await expect.poll(() => page.getByTestId("files-attached").locator("img").count()).toBe(1);
    await page.keyboard.press("Enter");
    await expect.poll(() => asked(page, "write_line")).toMatchObject([{ text: "", files: [{ name: "shot.png" }, { name: "core.bin" }] }]);
    await expect.poll(() => page.getByTestId("files-attached").count()).toBe(0);
    await expect.poll(() => page.getByTestId("file-strip").last().getByRole("listitem").count()).toBe(2);
    expect(await page.getByTestId("file-of-entry").last().innerText()).toContain("Waiting to be sent");
    expect(errors).toEqual([]);
  });

  test("of 25 MB and more are refused in words before they are read", async () => {
    const { page } = await stage.open("#/incident/HOT-1042");
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(25_000_001)], "core.bin"));
      document.querySelector("[data-testid=stream-input]")?.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: data }));
    });
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").innerText()).toContain("25 MB");
    expect(await page.getByTestId("stream-send").isDisabled()).toBe(true);
    expect(await page.evaluate(() => (window as unknown as { fakeHost: FakeHost }).fakeHost.staged)).toEqual([]);
  });

  test("open in a viewer that is left by Esc and walked by arrows", async () => {
    const { page, errors } = await stage.open("#/incident/HOT-1042");
    await bring(page, "paste", "[data-testid=stream-input]", ["one.png", "two.png"]);
    await expect.poll(() => page.getByTestId("files-attached").locator("img").count()).toBe(2);
    await page.getByTestId("stream-send").click();
    await page.getByTestId("file-strip").last().getByRole("button").first().click();
    const viewer = page.getByTestId("file-viewer");
    await viewer.getByRole("heading", { name: "one.png" }).waitFor();
    await page.keyboard.press("ArrowRight");
    await viewer.getByRole("heading", { name: "two.png" }).waitFor();
    await page.keyboard.press("ArrowRight");
    await viewer.getByRole("heading", { name: "one.png" }).waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => viewer.count()).toBe(0);
    expect(errors).toEqual([]);
  });

  test("that are dropped on a line that stands go to it", async () => {
    const { page } = await stage.open("#/incident/HOT-1042");
    await page.getByTestId("stream-entry").first().waitFor();
    await bring(page, "drop", "[data-testid=stream-entry][data-kind=message]", ["shot.png"]);
    await expect.poll(() => asked(page, "edit_entry")).toMatchObject([{ edit: { field: "add_file", value: { name: "shot.png" } } }]);
  });

  test("text that is pasted stays text", async () => {
    const { page } = await stage.open("#/incident/HOT-1042");
    const prevented = await page.evaluate(() => {
      const data = new DataTransfer();
      data.setData("text/plain", "hello");
      data.items.add(new File(["x"], "image.png"));
      const event = new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: data });
      document.querySelector("[data-testid=stream-input]")?.dispatchEvent(event);
      return event.defaultPrevented;
    });
    expect(prevented).toBe(false);
    expect(await page.getByTestId("files-attached").count()).toBe(0);
  });
});
