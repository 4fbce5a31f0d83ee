export type Route =
  | { room: "now" | "incidents" | "queue" | "pages" | "on-call" | "conflicts" }
  | { room: "settings"; section: string | null }
  | { room: "incident"; incident: string };

const rooms = ["now", "incidents", "queue", "pages", "on-call", "settings", "conflicts"] as const;

export function parseRoute(hash: string): Route {
  const [room = "", rest] = hash.replace(/^#\/?/, "").split("/", 2);
  if (room === "incident" && rest) return { room, incident: decodeURIComponent(rest) };
  if (room === "settings") return { room, section: rest ? decodeURIComponent(rest) : null };
  return { room: rooms.find((each) => each !== "settings" && each === room) ?? "now" } as Route;
}

export const roomHref = (room: (typeof rooms)[number]) => `#/${room}`;

/** One section of the settings. */
export const settingsHref = (section: string) => `#/settings/${encodeURIComponent(section)}`;

/** An incident's address: by key where it has one, because people read and copy addresses. */
export const incidentHref = (incident: { id: string; key: string | null }) =>
  `#/incident/${encodeURIComponent(incident.key ?? incident.id)}`;
