import type { Capabilities } from "./generated/Capabilities";
import type { Event } from "./generated/Event";
import type { FileView } from "./generated/FileView";
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

async function ask(path: string, init: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, { method: "POST", ...init });
  } catch (thrown) {
    throw unreachable(String(thrown));
  }
  if (answer.ok) return answer;
  const body: unknown = await answer.json().catch(() => null);
  throw ApiFailure.of(body ?? new Error(`HTTP ${answer.status}`));
}

const json = { "content-type": "application/json" };

/** A browser in front of `devhost`: commands by POST, events by server-sent events. */
export const httpHost: Host = {
  async call(name, args) {
    const answer = await ask(`/api/${name}`, { headers: json, body: JSON.stringify(args) });
    return (await answer.json().catch(() => null)) as never;
  },
  async stageFile(incident, name, bytes) {
    const path = `/files/${encodeURIComponent(incident)}?name=${encodeURIComponent(name)}`;
    const answer = await ask(path, { headers: { "content-type": "application/octet-stream" }, body: bytes });
    return (await answer.json()) as FileView;
  },
  async showPicture(of) {
    const answer = await ask("/pictures", { headers: json, body: JSON.stringify(of) });
    return new Blob([await answer.arrayBuffer()], { type: "image/png" });
  },
  listen(heard) {
    const source = new EventSource("/events");
    source.onmessage = (message: MessageEvent<string>) => heard(JSON.parse(message.data) as Event);
    return () => source.close();
  },
  shell,
};
