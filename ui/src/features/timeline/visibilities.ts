import type { VisibilityView } from "@/host";

export const visibilities = ["team", "inside", "public", "out_of_postmortem"] as const satisfies readonly VisibilityView[];

export const visibilityNames: Record<VisibilityView, string> = {
  team: "visibility-team",
  inside: "visibility-inside",
  public: "visibility-public",
  out_of_postmortem: "visibility-out-of-postmortem",
};
