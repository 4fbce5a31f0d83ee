import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FakeHost } from "../fake-host";
import { asked, openStage, type Stage } from "./browser";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

type Window = { fakeHost: FakeHost };

/** The usual incident, at which so many others look. */
async function opened(others: number) {
  const { page, errors } = await stage.open("#/incident/HOT-1042");
  await page.getByTestId("incident-key").waitFor();
  await expect.poll(() => asked(page, "look_at")).toHaveLength(1);
  await page.evaluate((others) => {
    const host = (window as unknown as Window).fakeHost;
    const people = Array.from({ length: others }, (_, n) => ({ id: `p-${n}`, name: `Person ${n}` }));
    host.tell({ event: "looking", incident: host.document.open(0).incident, people });
  }, others);
  return { page, errors, lookers: page.getByTestId("lookers") };
}

describe("who looks at an incident", () => {
  test("others are shown by name, as many as fit, and counted beyond", async () => {
    const { errors, lookers } = await opened(6);
    await lookers.waitFor();
    expect(await lookers.getAttribute("aria-label")).toMatch(/^Person 0, .* Person 5 look at this too$/);
    expect(await lookers.innerText()).toContain("+2");
    expect(errors).toEqual([]);
  });

  test("alone, nothing is shown, and leaving is said", async () => {
    const { page, lookers } = await opened(0);
    expect(await lookers.count()).toBe(0);
    await page.evaluate(() => (window.location.hash = "#/now"));
    await expect.poll(async () => (await asked(page, "look_at")).at(-1)).toMatchObject({ looks: false });
  });

  test("who leaves and comes back at once is here: each word waits until the one before was heard", async () => {
    const { page } = await opened(0);
    await page.evaluate(() => {
      const { fakeHost } = window as unknown as Window;
      const answer = fakeHost.call.bind(fakeHost);
      // The word that it is left takes its time: a later one that does not wait would overtake it.
      const slow = (args: unknown) => ((args as { looks?: boolean } | null)?.looks === false ? new Promise((heard) => setTimeout(heard, 500)) : null);
      fakeHost.call = (async (...said: Parameters<typeof answer>) => (await slow(said[1]), answer(...said))) as typeof answer;
    });
    await page.evaluate(() => (window.location.hash = "#/now"));
    await page.getByTestId("incident-key").waitFor({ state: "detached" });
    await page.evaluate(() => (window.location.hash = "#/incident/HOT-1042"));
    await page.getByTestId("incident-key").waitFor();
    const heard = async () => (await asked(page, "look_at")).map((word) => (word as { looks: boolean }).looks);
    // The first one's answer is still on its way when the second is due.
    expect(await heard()).toEqual([true]);
    await expect.poll(heard).toEqual([true, false, true]);
  });
});
