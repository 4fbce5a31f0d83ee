import * as Y from "yjs";
import type { DocumentView, Event, ProductionChangeView, TablesView, WorkstreamView } from "../src/host";
import { fromBase64, toBase64 } from "../src/features/document/base64";
import type { Say } from "./fixtures";

/** A document as a desktop keeps it, updates in the order in which they came. */
export class FakeDocument {
  readonly updates: Uint8Array[] = [];
  readonly tables: TablesView;
  readonly #tell: (event: Event) => void;
  readonly #incident: string;

  constructor(incident: string, say: Say, person: { id: string; name: string }, tell: (event: Event) => void) {
    this.#tell = tell;
    this.#incident = incident;
    const stamps = {};
    const change = (id: string, what: string, rest: Partial<ProductionChangeView>): ProductionChangeView => ({
      id, what, who: person, at: Date.now() - 1_800_000, how: "", why: "", revert: "", state: "done", retracted: false, unsent: false, stamps, ...rest,
    });
    const stream = (id: string, name: string, goal: string, rest: Partial<WorkstreamView>): WorkstreamView => ({
      id, name, goal, owner: person, state: "active", retracted: false, unsent: false, stamps, ...rest,
    });
    this.tables = {
      changes: [
        change("c-1", say("Roll identity-gw back to 5.13", "把 identity-gw 回退到 5.13"), { how: "deploy identity-gw 5.13 --region eu-west", why: say("5.14 holds connections", "5.14 不释放连接"), revert: "deploy identity-gw 5.14 --region eu-west" }),
        change("c-2", say("Raise the limit of the acquirer's pool", "调高收单连接池上限"), { state: "planned", who: null }),
      ],
      workstreams: [
        stream("w-1", say("Identity", "身份验证"), say("Declines below 1 %", "拒付率低于 1 %"), {}),
        stream("w-2", say("Customers", "客户"), say("Support knows what to say", "支持团队知道如何答复"), { state: "blocked", owner: null }),
      ],
    };
  }

  /** What stands in it, for tests to look at. */
  get text(): string {
    const doc = new Y.Doc();
    this.updates.forEach((update) => Y.applyUpdate(doc, update));
    return doc.getText("body").toString();
  }

  open(after: number): DocumentView {
    const updates = this.updates.slice(after).map(toBase64);
    return { incident: this.#incident, begun: this.updates.length > 0, updates, number: this.updates.length, behind: false, unsent: false, held: false, may_write: true };
  }

  /** Somebody else writes. */
  write(words: string, at = 0): void {
    const doc = new Y.Doc();
    this.updates.forEach((update) => Y.applyUpdate(doc, update));
    doc.on("update", (update: Uint8Array) => this.take(update));
    doc.getText("body").insert(at, words);
  }

  take(update: Uint8Array | string): null {
    this.updates.push(typeof update === "string" ? fromBase64(update) : update);
    this.#tell({ event: "document", incident: this.#incident });
    return null;
  }
}
