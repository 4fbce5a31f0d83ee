import { createContext } from "svelte";
import type { DeliveryStateView, DeliveryView, Events, Host, PageView, ReachedView } from "@/host";
import { t } from "@/i18n";
import { Query } from "@/shared/query.svelte";

/** This person's pages: what rings now and what they answered. */
export class MyPages {
  readonly query: Query<PageView[]>;
  readonly #host: Host;
  readonly ringing = $derived.by(() => this.#rings());

  constructor(host: Host, events: Events) {
    this.#host = host;
    this.query = new Query(() => host.call("list_my_pages", null));
    events.on("pages", () => void this.query.refresh());
    events.on("changed", () => void this.query.refresh());
  }

  async acknowledge(id: string, takeCommand: boolean): Promise<PageView> {
    const page = await this.#host.call("acknowledge_page", { id, take_command: takeCommand });
    this.#replace(page);
    return page;
  }

  async decline(id: string, reason: string): Promise<PageView> {
    const page = await this.#host.call("decline_page", { id, reason });
    this.#replace(page);
    return page;
  }

  #rings(): PageView[] {
    return (this.query.data ?? []).filter((page) => page.state === "ringing" && page.for_me && !page.unconfirmed);
  }

  #replace(page: PageView): void {
    this.query.set((this.query.data ?? []).map((each) => (each.id === page.id ? page : each)));
  }
}

export const [useMyPages, provideMyPages] = createContext<MyPages>();

export const reachedIds: Record<ReachedView, string> = {
  sent: "reached-sent",
  unreachable: "reached-unreachable",
  delivered: "reached-delivered",
  shown: "reached-shown",
  shown_silently: "reached-shown-silently",
  shown_held_back: "reached-shown-held-back",
  not_shown: "reached-not-shown",
  acknowledged: "reached-acknowledged",
  declined: "reached-declined",
};

export const deliveryIds: Record<DeliveryStateView, string> = {
  queued: "delivery-queued",
  sent: "delivery-sent",
  delivered: "reached-delivered",
  shown: "reached-shown",
  acknowledged: "reached-acknowledged",
  failed: "delivery-failed",
  not_needed: "delivery-not-needed",
};

/** How far a page got on one way: at whom, by what, and what came of it. */
export interface Way {
  at: number;
  /** Who or where. */
  to: string;
  /** By what; nothing for desktops, which everybody has. */
  by?: string;
  said: string;
  look: "ok" | "warn" | "danger" | "plain";
}

const looks: Partial<Record<DeliveryStateView, Way["look"]>> = { failed: "danger", acknowledged: "ok" };

/** How far it got by another channel than a desktop. */
export const wayOf = (each: DeliveryView): Way => ({
  at: each.at,
  to: each.person?.name ?? each.to,
  by: t(each.channel === "email" ? "channel-email" : "channel-webhook"),
  said: each.detail ? `${t(deliveryIds[each.state])}: ${each.detail}` : t(deliveryIds[each.state]),
  look: looks[each.state] ?? "plain",
});

/** What a person answered to a page. */
export type Answered = "in-command" | "accepted" | "declined";

/** Whether an answer brings its person into the incident: somebody called them in, and they come (E1). */
export const comes = (page: PageView, how: Answered): boolean => page.asked_by !== null && how !== "declined";

/** What can be done with a page: the window of one page and the list of all answer through the same two calls. */
export interface Answering {
  acknowledge(id: string, takeCommand: boolean): Promise<PageView>;
  decline(id: string, reason: string): Promise<PageView>;
}
