import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Capabilities } from "./generated/Capabilities";
import type { Event } from "./generated/Event";
import type { FileView } from "./generated/FileView";
import { ApiFailure } from "./failure";
import { FirstAnswers } from "./first";
import type { Host, Reply, Shell } from "./host";

const first = new FirstAnswers(window.__FIREBELL_START__);

async function ask<T>(name: string, args: Record<string, unknown>): Promise<T> {
  try {
    return await invoke<T>(name, args);
  } catch (thrown) {
    throw ApiFailure.of(thrown);
  }
}

const shell: Shell = {
  getCapabilities: () => ask<Capabilities>("get_capabilities", {}),
  windowReady: () => ask<undefined>("window_ready", {}),
  closePageWindow: () => ask<undefined>("close_page_window", {}),
  closeLineWindow: () => ask<undefined>("close_line_window", {}),
  showMain: (incident, joins = false) => ask<undefined>("show_main", { incident, joins }),
  openLink: (url) => ask<undefined>("open_link", { url }),
  testSound: () => ask<undefined>("test_sound", {}),
  checkDesktop: () => ask<undefined>("check_desktop", {}),
};

/** The desktop program: commands over Tauri's IPC, events on one channel. */
export const tauriHost: Host = {
  call(name, args) {
    const known = first.take(name);
    return known ? Promise.resolve(known.reply as Reply<typeof name>) : ask(name, { args });
  },
  listen(heard) {
    let stopped = false;
    let stop = () => {};
    void listen<Event>("firebell", (message) => heard(message.payload)).then((unlisten) => {
      if (stopped) {
        unlisten();
        return;
      }
      stop = unlisten;
      for (const event of first.missed()) heard(event);
    });
    return () => {
      stopped = true;
      stop();
    };
  },
  async stageFile(incident, name, bytes) {
    const headers = { "firebell-incident": encodeURIComponent(incident), "firebell-name": encodeURIComponent(name) };
    try {
      return await invoke<FileView>("stage_file", bytes, { headers });
    } catch (thrown) {
      throw ApiFailure.of(thrown);
    }
  },
  async showPicture(of) {
    return new Blob([await ask<ArrayBuffer>("show_picture", { args: of })], { type: "image/png" });
  },
  shell,
};
