import type { Events, Host, IncidentRow, QueuePlace, QueueView } from "@/host";
import { t } from "@/i18n";
import { Query } from "@/shared/query.svelte";
import { moment } from "@/shared/time";

/** What waits for the teams. */
export class Queues {
  readonly query: Query<QueueView>;
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
    this.query = new Query(() => host.call("get_queue", null));
  }

  follow(events: Events): () => void {
    return events.on("changed", () => void this.query.refresh());
  }

  /** Whoever accepts is the IM, and it waits no more. */
  async accept(row: IncidentRow): Promise<void> {
    await this.#host.call("command_incident", { id: row.id, seen: null, action: { action: "take" } });
    await this.query.refresh();
  }
}

export const hasAged = (place: QueuePlace, now: number) => place.ages_at !== null && place.ages_at <= now;

/** `shown 09:00`, `is shown Mon 09:00`, `waits for too long, since Thu 09:00`. */
export function place(place: QueuePlace, now: number): string {
  if (hasAged(place, now)) return t("queue-aged", { at: moment(place.ages_at ?? now, now) });
  const at = moment(place.shown_at, now);
  return place.shown_at > now ? t("queue-later", { at }) : t("queue-shown", { at });
}
