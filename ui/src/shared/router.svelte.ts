import { createContext } from "svelte";
import { parseRoute, roomHref, type Route } from "./route";

export { incidentHref, parseRoute, roomHref, settingsHref, type Route } from "./route";

/** Where the window is. The address bar's hash is the truth, so that back and forward work. */
export class Router {
  route = $state.raw<Route>(parseRoute(location.hash));
  /** Scroll positions by address, so that Esc leads back to the line one came from. */
  readonly scrolled = new Map<string, number>();

  constructor() {
    window.addEventListener("hashchange", () => (this.route = parseRoute(location.hash)));
  }

  go(href: string): void {
    location.hash = href;
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
