/** Moves the focus among the rows (`data-row`) of a list: the focused row is the selected one, Enter opens it. */
export function moveFocus(list: HTMLElement | undefined, by: 1 | -1): void {
  if (!list) return;
  const rows = [...list.querySelectorAll<HTMLElement>("[data-row]")];
  const here = rows.findIndex((row) => row === document.activeElement);
  const next = here < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, here + by));
  rows[next]?.focus();
}
