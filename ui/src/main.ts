import { mount } from "svelte";
import { chooseHost } from "@/host";
import { i18n, type Catalogue } from "@/i18n";
import { followSystem } from "@/shared/appearance";
import App from "./App.svelte";
import "@/shared/base.css";

i18n.install(import.meta.glob<string>("../../locales/*/*.ftl", { eager: true, query: "?raw", import: "default" }) as Catalogue);
i18n.use("system");
followSystem();

const target = document.getElementById("app");
if (target) mount(App, { target, props: { host: await chooseHost() } });
