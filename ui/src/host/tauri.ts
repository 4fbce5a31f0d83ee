import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Capabilities } from "./generated/Capabilities";
import type { Event } from "./generated/Event";
import { ApiFailure } from "./failure";
import type { Host, Shell } from "./host";

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
  showMain: (incident) => ask<undefined>("show_main", { incident }),
  testSound: () => ask<undefined>("test_sound", {}),
};

/** The desktop program: commands over Tauri's IPC, events on one channel. */
export const tauriHost: Host = {
  call: (name, args) => ask(name, { args }),
  listen(heard) {
    let stopped = false;
    let stop = () => {};
    void listen<Event>("firebell", (message) => heard(message.payload)).then((unlisten) => {
      if (stopped) unlisten();
      else stop = unlisten;
    });
    return () => {
      stopped = true;
      stop();
    };
  },
  shell,
};
