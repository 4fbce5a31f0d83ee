export type Route =
  | { room: "now" | "incidents" | "pages" | "on-call" | "settings" | "conflicts" }
  | { room: "incident"; incident: string };

const rooms = ["now", "incidents", "pages", "on-call", "settings", "conflicts"] as const;

export function parseRoute(hash: string): Route {
  const [room = "", rest] = hash.replace(/^#\/?/, "").split("/", 2);
  if (room === "incident" && rest) return { room, incident: decodeURIComponent(rest) };
  return { room: rooms.find((each) => each === room) ?? "now" };
}

export const roomHref = (room: (typeof rooms)[number]) => `#/${room}`;

/** An incident's address: by key where it has one, because people read and copy addresses. */
export const incidentHref = (incident: { id: string; key: string | null }) =>
  `#/incident/${encodeURIComponent(incident.key ?? incident.id)}`;
