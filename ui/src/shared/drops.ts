/** A file that is dropped beside every place for files must not be opened in place of the program. */
export function keepsPage(): () => void {
  const brings = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  const over = (event: DragEvent) => {
    // A place that takes files has said so before the event came here.
    if (!brings(event) || event.defaultPrevented) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = "none";
  };
  const dropped = (event: DragEvent) => {
    if (brings(event)) event.preventDefault();
  };
  document.addEventListener("dragover", over);
  document.addEventListener("drop", dropped);
  return () => {
    document.removeEventListener("dragover", over);
    document.removeEventListener("drop", dropped);
  };
}
