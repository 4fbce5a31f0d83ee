import { afterAll, beforeAll, expect, test } from "vitest";
import type { FakeHost } from "../fake-host";
import { asked, axeFinds, openStage, type Stage } from "./browser";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const incident = "#/incident/HOT-1042";
interface Window {
  fakeHost: FakeHost;
}

test("a call that is a link is joined outside of the program", async () => {
  const { page } = await stage.open(incident);
  await page.getByTestId("call-join").click();
  await expect.poll(() => page.evaluate(() => (window as unknown as Window).fakeHost.opened)).toEqual(["https://meet.jit.si/HOT-1042-9f31c02ab7de"]);
});

test("without a call one is started by a click, or a room is named", async () => {
  const { page, errors } = await stage.open("?scene=new" + incident);
  await page.evaluate(() => {
    const host = (window as unknown as Window).fakeHost;
    const without = { ...host.answers.get_incident(""), call: "" };
    host.answers.get_incident = host.answers.edit_incident = () => without;
    host.tell({ event: "changed", incidents: [], directory: true });
  });
  await page.getByTestId("call-start").waitFor();
  expect(await axeFinds(page)).toEqual([]);
  await page.getByRole("button", { name: "Change the call" }).click();
  await page.getByTestId("call-input").fill("Room 4.12");
  await page.keyboard.press("Enter");
  await expect.poll(() => asked(page, "edit_incident")).toMatchObject([{ edit: { field: "call", value: "Room 4.12" } }]);
  await page.getByTestId("call-start").click();
  await page.getByTestId("call-join").waitFor();
  expect(await asked(page, "start_call")).toHaveLength(1);
  expect(errors).toEqual([]);
});

test("who is in command of something else shows it beside their name", async () => {
  const { page } = await stage.open(incident);
  await page.getByTestId("managing").first().waitFor();
  // Of the incident on screen everybody knows who is.
  expect(new Set(await page.getByTestId("managing").allInnerTexts())).toEqual(new Set(["manages HOT-1043"]));
});
