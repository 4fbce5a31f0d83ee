import type { ApiError } from "./generated/ApiError";
import type { ErrorCode } from "./generated/ErrorCode";
import type { FieldError } from "./generated/FieldError";

/** What every call throws: the one error shape of the program, with a code to act on. */
export class ApiFailure extends Error {
  readonly code: ErrorCode;
  readonly args: Record<string, string | undefined>;
  readonly fields: FieldError[];
  readonly retryable: boolean;

  constructor(error: ApiError) {
    super(error.message);
    this.name = "ApiFailure";
    this.code = error.code;
    // Rust leaves empty collections out of the JSON.
    this.args = (error.args as Record<string, string | undefined> | undefined) ?? {};
    this.fields = (error.fields as FieldError[] | undefined) ?? [];
    this.retryable = error.retryable;
  }

  /** Whatever was thrown, in the one shape. Something that is no ApiError is a defect of ours. */
  static of(thrown: unknown): ApiFailure {
    if (thrown instanceof ApiFailure) return thrown;
    if (isApiError(thrown)) return new ApiFailure(thrown);
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new ApiFailure({ code: "internal", message, args: {}, fields: [], retryable: false });
  }
}

function isApiError(thrown: unknown): thrown is ApiError {
  return typeof thrown === "object" && thrown !== null && "code" in thrown && "message" in thrown;
}
