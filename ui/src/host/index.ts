import type { Host } from "./host";

/** The desktop's IPC where there is one, HTTP otherwise. Loaded on demand, so neither carries the other. */
export async function chooseHost(): Promise<Host> {
  if ("__TAURI_INTERNALS__" in window) return (await import("./tauri")).tauriHost;
  return (await import("./http")).httpHost;
}

export { ApiFailure } from "./failure";
export { useHost, provideHost, Events, useEvents, provideEvents } from "./context";
export type { Args, Command, Host, Reply, Shell } from "./host";
export type * from "./types";
