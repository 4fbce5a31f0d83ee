import { createContext } from "svelte";
import { incidentHref, parseRoute, roomHref, type Route } from "./route";
import { MINUTE } from "./time";

export { incidentHref, parseRoute, roomHref, settingsHref, type Route } from "./route";

/** Where the window is. The address bar's hash is the truth, so that back and forward work. */
export class Router {
  route = $state.raw<Route>(parseRoute(location.hash));
  /** Who was called into an incident and comes is on the way there. */
  #joining = $state.raw<{ incident: string; at: number } | null>(null);
  /** Scroll positions by address, so that Esc leads back to the line one came from. */
  readonly scrolled = new Map<string, number>();

  constructor() {
    window.addEventListener("hashchange", () => (this.route = parseRoute(location.hash)));
  }

  go(href: string): void {
    location.hash = href;
  }

  /** Goes to an incident for whoever was called into it and comes: its document and its call are for them too (E1). */
  join(incident: string): void {
    this.#joining = { incident, at: Date.now() };
    this.go(incidentHref({ id: incident, key: null }));
  }

  /** Whether somebody comes to this incident just now; once. An incident that is not here for long is not waited for. */
  joins(incident: string): boolean {
    const joining = this.#joining;
    if (joining?.incident !== incident) return false;
    this.#joining = null;
    return Date.now() - joining.at < 2 * MINUTE;
  }

  back(): void {
    if (history.length > 1) history.back();
    else this.go(roomHref("now"));
  }
}

export const [useRouter, provideRouter] = createContext<Router>();

/** Attachment that keeps a scrolling room's position between visits. */
export function keepsScroll(router: Router, name: string) {
  return (element: HTMLElement) => {
    element.scrollTop = router.scrolled.get(name) ?? 0;
    const scrolled = () => router.scrolled.set(name, element.scrollTop);
    element.addEventListener("scroll", scrolled, { passive: true });
    return () => element.removeEventListener("scroll", scrolled);
  };
}
