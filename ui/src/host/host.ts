import type { Api } from "./generated/api";
import type { Capabilities } from "./generated/Capabilities";
import type { Event } from "./generated/Event";
import type { FileView } from "./generated/FileView";
import type { PictureOf } from "./generated/PictureOf";

/** A command's name; the table is generated from Rust. */
export type Command = keyof Api;
export type Args<K extends Command> = Api[K]["args"];
export type Reply<K extends Command> = Api[K]["reply"];

/** Everything the interface asks of the program behind it. The desktop shell is one host among several. */
export interface Host {
  /** Runs a command of the table; throws `ApiFailure`. */
  call<K extends Command>(name: K, args: Args<K>): Promise<Reply<K>>;
  /** Tells of every event until the returned function is called. */
  listen(heard: (event: Event) => void): () => void;
  /** Keeps bytes that were pasted or dropped, for a line that is still to be written. They cross as they are. */
  stageFile(incident: string, name: string, bytes: Uint8Array<ArrayBuffer>): Promise<FileView>;
  /** A picture, drawn anew as PNG by the program: nothing of what somebody sent reaches the window. */
  showPicture(of: PictureOf): Promise<Blob>;
  readonly shell: Shell;
}

/** What only a desktop with windows can do; a browser answers as well as it can. */
export interface Shell {
  getCapabilities(): Promise<Capabilities>;
  /** The first content is painted: the window may be shown. */
  windowReady(): Promise<void>;
  closePageWindow(): Promise<void>;
  closeLineWindow(): Promise<void>;
  /** At an incident if one is named; with its document and call for whoever joins it. */
  showMain(incident: string | null, joins?: boolean): Promise<void>;
  testSound(): Promise<void>;
  /** Opens an `https` or `mailto` address outside of the program. */
  openLink(url: string): Promise<void>;
  /** The desktop looks at itself now: what it finds is in `get_readiness` afterwards. */
  checkDesktop(): Promise<void>;
}
