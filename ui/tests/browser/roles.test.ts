import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asked, axeFinds, openStage, settled, type Stage } from "./browser";

let stage: Stage;
beforeAll(async () => (stage = await openStage()));
afterAll(() => stage.close());

const open = async (scene = "") => {
  const { page, errors } = await stage.open(`?scene=${scene}#/incident/HOT-1042`);
  await page.getByTestId("seat").first().waitFor();
  await settled(page);
  return { page, errors };
};

describe("roles", () => {
  test("say who has them, who is next, and which are empty", async () => {
    const { page, errors } = await open();
    const seats = await page.getByTestId("seat").allInnerTexts();
    expect(seats.map((seat) => seat.split("\n").find((line) => /manager|lead/i.test(line)))).toEqual(["Incident manager", "Tech lead", "Database lead", "Communications manager"]);
    expect(seats[1]).toContain("next: ");
    expect(seats[2]).toContain("offered to ");
    // An empty one is filled from where it is seen.
    await page.getByTestId("seat").last().getByRole("button", { name: "Assign" }).click();
    expect(await page.locator("form select").inputValue()).toBe("communications_manager");
    expect(errors).toEqual([]);
  });

  test("spell out what mine asks of me", async () => {
    const { page } = await open();
    const card = page.getByTestId("role-card");
    expect(await card.count()).toBe(1);
    expect(await card.innerText()).toContain("You are Incident manager");
    // No longer new to me: put away until I want it.
    expect(await card.locator("li").first().isVisible()).toBe(false);
    await card.locator("summary").click();
    expect(await card.locator("li").first().isVisible()).toBe(true);
    expect(await card.locator("li").count()).toBe(4);
  });

  test("are handed over by keyboard, with the brief in sight", async () => {
    const { page, errors } = await open();
    await page.getByTestId("seat-menu").nth(1).focus();
    await page.keyboard.press("Enter");
    await page.getByTestId("seat-hand-over").waitFor();
    while (!(await page.locator("[role^=menuitem]:focus").innerText()).includes("Hand over")) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByText("Hand over: Tech lead").waitFor();
    await page.getByTestId("hand-over-person").click();
    await page.keyboard.type("Jonas");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByText("The brief that they read").click();
    await page.getByTestId("brief").waitFor();
    expect(await axeFinds(page)).toEqual([]);
    await page.getByTestId("hand-over-submit").click();
    await expect.poll(() => asked(page, "change_role")).toMatchObject([{ id: "r-1", action: { action: "offer", to: "p-jonas" } }]);
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(errors).toEqual([]);
  });

  test("are planned for a time, which has to be said", async () => {
    const { page } = await open();
    await page.getByTestId("seat-menu").first().click();
    await page.getByTestId("seat-hand-over").click();
    await page.getByTestId("hand-over-person").click();
    await page.keyboard.type("Ana");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByTestId("hand-over-when").selectOption("later");
    await page.getByTestId("hand-over-submit").click();
    await page.getByText("Enter a time.").waitFor();
    expect(await asked(page, "command_incident")).toEqual([]);
  });

  test("that are offered to me are accepted where I read it", async () => {
    const { page } = await open("offered-role");
    expect(await page.getByTestId("attention-line").innerText()).toContain("offers you to take over as Database lead");
    await page.getByTestId("attention-line").getByRole("button", { name: "Read the brief" }).click();
    await page.getByTestId("brief").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByTestId("accept-role").click();
    await expect.poll(() => asked(page, "change_role")).toMatchObject([{ id: "r-2", action: { action: "accept" } }]);
    await page.getByTestId("accept-role").waitFor({ state: "detached" });
    expect(await page.getByTestId("role-card").count()).toBe(2);
  });
});

describe("the brief", () => {
  test("says what is known, what is not, and who is at it", async () => {
    const { page, errors } = await open("offline");
    await page.getByTestId("brief-open").click();
    const brief = page.getByTestId("brief");
    await brief.waitFor();
    const text = await brief.innerText();
    for (const said of ["HOT-1042", "customers outside", "not known: Support cases?", "1 alert fires", "3 changes of this computer", "Tech lead"]) expect(text).toContain(said);
    expect(await axeFinds(page)).toEqual([]);
    expect(errors).toEqual([]);
  });
});
