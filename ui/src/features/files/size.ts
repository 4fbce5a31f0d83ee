import { i18n } from "@/i18n";

/** A length as people read it: in thousands, as file managers show it. */
export function fileSize(bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte"] as const;
  const step = bytes < 1_000 ? 0 : bytes < 1_000_000 ? 1 : 2;
  const digits = step === 0 ? 0 : bytes / 1_000 ** step < 10 ? 1 : 0;
  const format = new Intl.NumberFormat(i18n.tongue, {
    style: "unit",
    unit: units[step] ?? "byte",
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: digits,
  });
  return format.format(bytes / 1_000 ** step);
}
