import { mount } from "svelte";
import App from "../src/App.svelte";
import { PageWindow } from "../src/features/paging";
import { QuickLine } from "../src/features/timeline";
import { i18n, type Catalogue } from "../src/i18n";
import { applyAppearance, followSystem } from "../src/shared/appearance";
import "../src/shared/base.css";
import { FakeHost, type FakeOptions } from "./fake-host";

i18n.install(import.meta.glob<string>("../../locales/*/*.ftl", { eager: true, query: "?raw", import: "default" }) as Catalogue);
const asked = new URLSearchParams(location.search);
const host = new FakeHost({
  tongue: asked.get("lang") === "zh" ? "zh-Hans" : "en",
  theme: (asked.get("theme") ?? "dark") as FakeOptions["theme"],
  scene: asked.get("scene") ?? "",
});
(window as unknown as { fakeHost: FakeHost }).fakeHost = host;
followSystem();
await applyAppearance(host.data.preferences);

const target = document.getElementById("app");
if (target && asked.has("page")) mount(PageWindow, { target, props: { host, id: "g-1" } });
else if (target && asked.has("line")) mount(QuickLine, { target, props: { host, at: Date.now() } });
else if (target) mount(App, { target, props: { host } });
