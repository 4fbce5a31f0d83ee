import { mount } from "svelte";
import { chooseHost } from "@/host";
import { i18n } from "@/i18n";
import { PageWindow } from "@/features/paging";
import { applyAppearance, followSystem } from "@/shared/appearance";
import "@/shared/base.css";

i18n.source({ en: () => import("@/i18n/words/page.en"), "zh-Hans": () => import("@/i18n/words/page.zh-Hans") });
followSystem();
const [host] = await Promise.all([chooseHost(), i18n.use("system")]);
// A page must show even when the preferences cannot be read.
await host.call("get_preferences", null).then(applyAppearance, () => {});

const target = document.getElementById("app");
if (target) mount(PageWindow, { target, props: { host, id: new URLSearchParams(location.search).get("id") ?? "" } });
