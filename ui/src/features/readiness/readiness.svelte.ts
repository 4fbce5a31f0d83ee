import type { DoubtView, Events, Hop, HopState, Host, ReadinessView, TestWalkView } from "@/host";
import { Query } from "@/shared/query.svelte";

/** Whether this person can be paged, and who else on call cannot. */
export class Readiness {
  readonly query: Query<ReadinessView>;
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
    this.query = new Query(() => host.call("get_readiness", null));
  }

  /** The desktop looks at itself, and what it found is read. */
  async check(): Promise<void> {
    await this.#host.shell.checkDesktop();
    await this.query.refresh();
  }
}

/** How often the way of a test page is looked at while something of it is waited for. */
const LOOK = 1000;

/** The way of the last test page. */
export class TestWalk {
  readonly query: Query<TestWalkView | null>;

  constructor(host: Host) {
    this.query = new Query(() => host.call("get_test_walk", null));
  }

  /** Follows it until nothing more is waited for; returns how to stop. */
  follow(events: Events): () => void {
    const look = () => void this.query.refresh();
    look();
    const stop = events.on("pages", look);
    // What never comes makes no event: the clock alone tells that it is late.
    const timer = setInterval(() => {
      if (this.query.data && !this.query.data.over) look();
    }, LOOK);
    return () => {
      stop();
      clearInterval(timer);
    };
  }
}

interface Words {
  says: string;
  do: string;
}

export const doubtIds: Record<DoubtView, Words> = {
  not_seen: { says: "doubt-not-seen", do: "doubt-not-seen-do" },
  left: { says: "doubt-left", do: "doubt-left-do" },
  no_desktop: { says: "doubt-no-desktop", do: "doubt-no-desktop-do" },
  no_notifications: { says: "doubt-no-notifications", do: "doubt-no-notifications-do" },
  no_sound: { says: "doubt-no-sound", do: "doubt-no-sound-do" },
  disturbed: { says: "doubt-disturbed", do: "doubt-disturbed-do" },
  no_autostart: { says: "doubt-no-autostart", do: "doubt-no-autostart-do" },
  not_tested: { says: "doubt-not-tested", do: "doubt-not-tested-do" },
};

/** Whether a page would not be noticed; the rest is advice. The rule is the domain's, the words need it too. */
export const fails = (doubt: DoubtView): boolean => doubt === "not_seen" || doubt === "left" || doubt === "no_notifications" || doubt === "no_sound";

export const hopIds: Record<Hop, Words> = {
  server: { says: "hop-server", do: "hop-server-do" },
  written: { says: "hop-written", do: "hop-written-do" },
  ring: { says: "hop-ring", do: "hop-ring-do" },
  notification: { says: "hop-notification", do: "hop-notification-do" },
  sound: { says: "hop-sound", do: "hop-sound-do" },
  window: { says: "hop-window", do: "hop-window-do" },
  receipt: { says: "hop-receipt", do: "hop-receipt-do" },
};

export const hopStateIds: Record<HopState, string> = {
  waiting: "hop-waiting",
  passed: "hop-passed",
  failed: "hop-failed",
  untold: "hop-untold",
};
