import { afterAll, beforeAll, expect, test } from "vitest";
import { asked, axeFinds, openStage, type Stage } from "./browser";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const answer = (question: string, answer: string) => ({ edit: { field: "answer", value: { question, answer } } });

test("the six questions say what is known, by whom and since when, and what is not", async () => {
  const { page, errors } = await stage.open("#/incident/HOT-1042");
  expect(await page.getByTestId("questions-open").innerText()).toBe("2 not answered");
  expect((await page.getByTestId("question-side").innerText()).replace(/\s+/g, " ")).toMatch(/^Who is hit\? customers outside .* · Mei Lin$/);
  expect(await page.getByTestId("question-cases").innerText()).toContain("not answered");
  expect(errors).toEqual([]);
});

test("each is answered where it stands, by keyboard alone", async () => {
  const { page, errors } = await stage.open("#/incident/HOT-1042");
  await page.getByTestId("question-extent").getByRole("button").focus();
  await page.keyboard.press("Enter");
  expect(await page.getByTestId("question-extent").getByRole("button", { name: "some" }).getAttribute("aria-pressed")).toBe("true");
  expect(await axeFinds(page)).toEqual([]);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect.poll(() => asked(page, "edit_incident")).toMatchObject([answer("extent", "all")]);

  await page.getByTestId("question-cases").getByRole("button").click();
  await page.keyboard.type("12");
  await page.keyboard.press("Escape");
  await page.getByTestId("question-cases").getByRole("button").click();
  await page.getByTestId("question-input").fill(" 14 ");
  await page.keyboard.press("Enter");
  await expect.poll(() => asked(page, "edit_incident")).toMatchObject([answer("extent", "all"), answer("cases", "14")]);
  // The same again is no change.
  await page.getByTestId("question-seen").getByRole("button").click();
  await page.keyboard.press("Enter");
  await page.getByTestId("question-input").waitFor({ state: "detached" });
  expect(await asked(page, "edit_incident")).toHaveLength(2);
  expect(errors).toEqual([]);
});
