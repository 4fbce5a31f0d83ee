import type { ApiFailure, ErrorCode } from "@/host";
import { i18n, t } from "@/i18n";
import { readableArgs } from "../words";

/** What a person can do about a failure. */
export type Remedy = "retry" | "read-again" | "sign-in" | "none";

interface Line {
  message: string;
  remedy: Remedy;
}

/** The one table from codes to words and remedies. Nobody matches the text of an error. */
const table: Record<ErrorCode, Line> = {
  invalid: { message: "error-invalid", remedy: "none" },
  not_found: { message: "error-not_found", remedy: "none" },
  refused: { message: "error-refused", remedy: "read-again" },
  conflict: { message: "error-conflict", remedy: "read-again" },
  signed_out: { message: "error-signed_out", remedy: "sign-in" },
  wrong_password: { message: "error-wrong_password", remedy: "none" },
  revoked: { message: "error-revoked", remedy: "sign-in" },
  protocol_version: { message: "error-protocol_version", remedy: "none" },
  too_large: { message: "error-too_large", remedy: "none" },
  offline: { message: "error-offline", remedy: "retry" },
  too_many: { message: "error-too_many", remedy: "retry" },
  no_keychain: { message: "error-no_keychain", remedy: "none" },
  store_unreadable: { message: "error-store_unreadable", remedy: "retry" },
  store_newer: { message: "error-store_newer", remedy: "none" },
  not_saved: { message: "error-not_saved", remedy: "retry" },
  internal: { message: "error-internal", remedy: "retry" },
};

export interface Explained {
  text: string;
  remedy: Remedy;
}

/** A failure in words that a tired person understands, with what they can do about it. */
export function explain(failure: Pick<ApiFailure, "code" | "args">): Explained {
  const line = table[failure.code];
  const args = readableArgs(failure.args);
  // The rule that said no has words of its own; a conflict names who was first.
  const rule =
    failure.code === "conflict" && failure.args.by !== undefined
      ? // Not everything that stands there has words of its own: a rotation has none.
        failure.args.now === undefined
        ? "conflict-part"
        : "conflict"
      : failure.args.refusal;
  const named = rule === undefined ? undefined : `refusal-${rule}`;
  if (named !== undefined && i18n.has(named)) return { text: t(named, args), remedy: line.remedy };
  return { text: t(line.message, args), remedy: line.remedy };
}

/** The words of an objection to one field; an unknown one still says that the field is wrong. */
export const objection = (id: string) => (i18n.has(id) ? t(id) : t("error-field"));
