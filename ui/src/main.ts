import { mount } from "svelte";
import { chooseHost } from "@/host";
import { i18n } from "@/i18n";
import { followSystem } from "@/shared/appearance";
import App from "./App.svelte";
import "@/shared/base.css";

i18n.source({ en: () => import("@/i18n/words/en"), "zh-Hans": () => import("@/i18n/words/zh-Hans") });
followSystem();
const [host] = await Promise.all([chooseHost(), i18n.use("system")]);

const target = document.getElementById("app");
if (target) mount(App, { target, props: { host } });
