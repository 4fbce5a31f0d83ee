import type { EntryKindView, EntryView, LinkView, Picture, Span } from "@/host";

/** How a bar looks; colours of severity belong to severity alone. */
export type Tone = "sev1" | "sev2" | "sev3" | "quiet" | "busy" | "done" | "even" | "odd";

export interface Lane {
  id: string;
  /** Message id; a workstream is called by its own name. */
  title: string | null;
  name: string;
}

export interface Bar {
  lane: number;
  from: number;
  to: number;
  /** Goes on. */
  open: boolean;
  /** The word as it is kept: `1`, `fixing`, a name. */
  value: string;
  tone: Tone;
}

export interface Dot {
  lane: number;
  entry: EntryView;
}

export interface Lanes {
  lanes: Lane[];
  bars: Bar[];
  dots: Dot[];
  from: number;
  to: number;
}

const MINUTE = 60_000;
/** More workstreams than this share no picture with anything else. */
const MOST_WORKSTREAMS = 12;

const dotLanes: { id: string; title: string; kinds: EntryKindView[] }[] = [
  { id: "changes", title: "lane-changes", kinds: ["change"] },
  { id: "messages", title: "lane-messages", kinds: ["message"] },
  { id: "pages", title: "lane-pages", kinds: ["page", "alert"] },
  { id: "notes", title: "lane-notes", kinds: ["observation", "decision"] },
];

const severityTone = (value: string): Tone => (value === "1" ? "sev1" : value === "2" ? "sev2" : "sev3");
const stateTone = (value: string): Tone => (value === "fixing" ? "busy" : value === "new" ? "quiet" : "done");

/** Lanes over time from what lasted and what happened. */
export function lanesOf(picture: Picture, entries: readonly EntryView[], links: readonly LinkView[], now: number): Lanes {
  const lanes: Lane[] = [
    { id: "severity", title: "lane-severity", name: "" },
    { id: "state", title: "lane-state", name: "" },
    { id: "im", title: "lane-im", name: "" },
  ];
  // An incident that is over does not go on in its picture.
  const over = picture.state.at(-1);
  const ended = over !== undefined && over.to === null && ["closed", "false_alarm"].includes(over.value) ? over.from : null;
  const standing = entries.filter((entry) => !entry.retracted);
  const instants = standing.map((entry) => entry.at);
  const last = instants.reduce((a, b) => Math.max(a, b), ended ?? now);
  const end = ended === null ? Math.max(now, last) : last;
  const bar = (lane: number, span: Span, tone: Tone): Bar => ({ lane, from: span.from, to: Math.max(span.from, span.to ?? end), open: span.to === null, value: span.value, tone });
  const bars = [
    ...picture.severity.map((span) => bar(0, span, severityTone(span.value))),
    ...picture.state.map((span) => bar(1, span, stateTone(span.value))),
    ...picture.im.filter((span) => span.value !== "").map((span, index) => bar(2, span, index % 2 === 0 ? "even" : "odd")),
  ];
  const dots: Dot[] = [];
  for (const { id, title, kinds } of dotLanes) {
    const lane = lanes.push({ id, title, name: "" }) - 1;
    for (const entry of standing) if (kinds.includes(entry.kind)) dots.push({ lane, entry });
  }
  const names = new Map(links.filter((link) => link.kind === "workstream").map((link) => [link.id, link.name]));
  const used = new Map<string, string>();
  for (const entry of standing) for (const link of entry.links) if (link.kind === "workstream") used.set(link.id, names.get(link.id) ?? link.name);
  for (const [id, name] of [...used].slice(0, MOST_WORKSTREAMS)) {
    const lane = lanes.push({ id, title: null, name }) - 1;
    for (const entry of standing) if (entry.links.some((link) => link.id === id)) dots.push({ lane, entry });
  }
  const starts = [...instants, ...bars.map((each) => each.from), ...(picture.impact_start === null ? [] : [picture.impact_start])];
  const start = starts.reduce((a, b) => Math.min(a, b), end - MINUTE);
  const margin = Math.max(MINUTE, (end - start) * 0.02);
  return { lanes, bars, dots, from: start - margin, to: end + margin };
}
