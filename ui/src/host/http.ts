import type { Capabilities } from "./generated/Capabilities";
import type { Event } from "./generated/Event";
import { ApiFailure } from "./failure";
import type { Host, Shell } from "./host";

const absent = { works: false, detail: "" };
const nothingWorks: Capabilities = {
  notifications: absent,
  undisturbed: absent,
  notification_actions: absent,
  sound: absent,
  always_on_top: absent,
  global_shortcut: absent,
  tray: absent,
  keychain: absent,
};

const unreachable = (message: string) =>
  new ApiFailure({ code: "offline", message, args: {}, fields: [], retryable: true });

const shell: Shell = {
  getCapabilities: async () => nothingWorks,
  windowReady: async () => {},
  closePageWindow: async () => window.close(),
  closeLineWindow: async () => window.close(),
  showMain: async (incident) => {
    window.open(incident === null ? "/" : `/#/incident/${encodeURIComponent(incident)}`, "firebell");
  },
  openLink: async (url) => {
    window.open(url, "_blank", "noopener,noreferrer");
  },
  testSound: async () => {},
  checkDesktop: async () => {},
};

/** A browser in front of `devhost`: commands by POST, events by server-sent events. */
export const httpHost: Host = {
  async call(name, args) {
    let answer: Response;
    try {
      answer = await fetch(`/api/${name}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(args),
      });
    } catch (thrown) {
      throw unreachable(String(thrown));
    }
    const body: unknown = await answer.json().catch(() => null);
    if (!answer.ok) throw ApiFailure.of(body ?? new Error(`HTTP ${answer.status}`));
    return body as never;
  },
  listen(heard) {
    const source = new EventSource("/events");
    source.onmessage = (message: MessageEvent<string>) => heard(JSON.parse(message.data) as Event);
    return () => source.close();
  },
  shell,
};
