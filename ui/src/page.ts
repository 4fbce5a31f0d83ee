import { mount } from "svelte";
import { chooseHost } from "@/host";
import { PageWindow } from "@/features/paging";
import { i18n, type Catalogue } from "@/i18n";
import { applyAppearance, followSystem } from "@/shared/appearance";
import "@/shared/base.css";

// Only the words that this small window needs.
i18n.install(
  import.meta.glob<string>("../../locales/*/{app,errors,incident,paging,oncall}.ftl", { eager: true, query: "?raw", import: "default" }) as Catalogue,
);
i18n.use("system");
followSystem();

const host = await chooseHost();
// A page must show even when the preferences cannot be read.
await host.call("get_preferences", null).then(applyAppearance, () => {});

const target = document.getElementById("app");
if (target) mount(PageWindow, { target, props: { host, id: new URLSearchParams(location.search).get("id") ?? "" } });
