import { mount } from "svelte";
import { chooseHost } from "@/host";
import { i18n } from "@/i18n";
import { QuickLine } from "@/features/timeline";
import { applyAppearance, followSystem } from "@/shared/appearance";
import "@/shared/base.css";

i18n.source({ en: () => import("@/i18n/words/line.en"), "zh-Hans": () => import("@/i18n/words/line.zh-Hans") });
followSystem();
const [host] = await Promise.all([chooseHost(), i18n.use("system")]);
// A line can be written even when the preferences cannot be read.
await host.call("get_preferences", null).then(applyAppearance, () => {});

const asked = Number(new URLSearchParams(location.search).get("at"));
const target = document.getElementById("app");
if (target) mount(QuickLine, { target, props: { host, at: asked > 0 ? asked : Date.now() } });
