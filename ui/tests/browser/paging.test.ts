import { afterAll, beforeAll, expect, test } from "vitest";
import type { FakeHost } from "../fake-host";
import { asked, axeFinds, openStage, type Stage } from "./browser";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

interface Window {
  fakeHost: FakeHost;
}

test("several pages are one ringing that leads to the list of all", async () => {
  const { page, errors } = await stage.open("#/now");
  await page.getByTestId("ack-page").first().waitFor();
  expect(await page.getByTestId("ringing-more").count()).toBe(0);
  await page.evaluate(() => {
    const host = (window as unknown as Window).fakeHost;
    const many = Array.from({ length: 50 }, (_, at) => host.data.page({ id: `s-${at}`, key: `HOT-${2000 + at}` }));
    host.answers.list_my_pages = () => many;
    host.tell({ event: "pages" });
  });
  const more = page.getByTestId("ringing-more");
  await more.waitFor();
  expect(await more.innerText()).toBe("and 49 more");
  expect(await page.getByTestId("ack-page").count()).toBe(1);
  await more.click();
  await expect.poll(() => page.getByTestId("page-card").count()).toBe(50);
  expect(errors).toEqual([]);
});

test("where who rings is in command elsewhere, the next one and the IMOC are offered", async () => {
  const { page, errors } = await stage.open("#/pages");
  const busy = page.getByTestId("page-busy");
  await busy.waitFor();
  expect(await busy.innerText()).toContain("is in command of HOT-1039 already");
  expect(await axeFinds(page)).toEqual([]);
  for (const name of ["Go on to the next step now", "Send it to the IMOC now"]) await busy.getByRole("button", { name }).click();
  const did = [false, true].map((imoc) => ({ id: "g-3", action: { do: "escalate", imoc } }));
  await expect.poll(() => asked(page, "act_on_page")).toEqual(did);
  expect(errors).toEqual([]);
});

test("who is called in by somebody, and comes, is brought along from the list as well; who declines is not", async () => {
  const { page, errors } = await stage.open("#/pages");
  await page.evaluate(() => {
    const host = (window as unknown as Window).fakeHost;
    const called = ["s-1", "s-2"].map((id) => host.data.page({ id, asked_by: host.data.page({}).declared_by, role: "tech_lead", im: host.data.page({}).declared_by }));
    host.answers.list_my_pages = () => called;
    const answered = ({ id }: { id: string }) => ({ ...called.find((one) => one.id === id), for_me: false }) as never;
    [host.answers.acknowledge_page, host.answers.decline_page] = [answered, answered];
    host.tell({ event: "pages" });
  });
  const cards = page.getByTestId("page-card");
  await expect.poll(() => cards.count()).toBe(2);
  await cards.first().getByTestId("decline-page").click();
  await cards.first().getByRole("button", { name: "I cannot work now" }).click();
  await expect.poll(() => asked(page, "decline_page")).toHaveLength(1);
  expect(page.url()).toContain("#/pages");
  await cards.first().getByTestId("ack-page").click();
  await expect.poll(() => page.getByTestId("record-tab-document").getAttribute("aria-selected")).toBe("true");
  await expect.poll(() => page.evaluate(() => (window as unknown as Window).fakeHost.opened)).toHaveLength(1);
  expect(errors).toEqual([]);
});

test("each desktop of somebody says for itself how far a page got on it", async () => {
  const { page } = await stage.open("#/incident/HOT-1042");
  const lines = page.locator("aside .page li").filter({ hasText: /desk/ });
  await lines.first().waitFor();
  const words = ["ana-desk shown; do-not-disturb is on", "one of their desktops could not be shown: no notification service"];
  expect((await lines.allInnerTexts()).map((line) => line.replace(/\s+/g, " ").replace(/^\S+ /, ""))).toEqual(words);
});

test("who was called in and comes reads the brief, sees the document, and joins the call, once", async () => {
  const { page, errors } = await stage.open("#/now");
  await page.getByTestId("rail-now").waitFor();
  const opened = () => page.evaluate(() => (window as unknown as Window).fakeHost.opened);
  const tell = (event: object) => page.evaluate((it) => (window as unknown as Window).fakeHost.tell(it as never), event);
  await tell({ event: "join", incident: "i-1042" });
  await expect.poll(opened).toHaveLength(1);
  await expect.poll(() => page.getByTestId("record-tab-document").getAttribute("aria-selected")).toBe("true");
  await page.getByTestId("brief").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  // Looking at it again later is no joining.
  await page.getByTestId("rail-now").click();
  await tell({ event: "open", incident: "i-1042" });
  await expect.poll(() => page.getByTestId("record-tab-stream").getAttribute("aria-selected")).toBe("true");
  expect(await opened()).toHaveLength(1);
  expect(await page.getByTestId("brief").count()).toBe(0);
  expect(errors).toEqual([]);
});
