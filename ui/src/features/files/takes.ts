/**
 * Attachment for a line: pasted and dropped files go to `take`; pasted text stays text. A picture that is
 * copied from a page brings both, and then the text is what was meant.
 */
export function takesFiles(take: (files: File[]) => void) {
  return (node: HTMLElement) => {
    const files = (data: DataTransfer | null) => [...(data?.files ?? [])];
    const pasted = (event: ClipboardEvent) => {
      const found = files(event.clipboardData);
      if (found.length === 0 || event.clipboardData?.types.includes("text/plain")) return;
      event.preventDefault();
      take(found);
    };
    const brings = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const over = (event: DragEvent) => {
      if (!brings(event)) return;
      event.preventDefault();
      node.toggleAttribute("data-dropping", true);
    };
    const left = (event: DragEvent) => {
      if (event.relatedTarget instanceof Node && node.contains(event.relatedTarget)) return;
      node.removeAttribute("data-dropping");
    };
    const dropped = (event: DragEvent) => {
      if (!brings(event)) return;
      event.preventDefault();
      event.stopPropagation();
      node.removeAttribute("data-dropping");
      take(files(event.dataTransfer));
    };
    node.addEventListener("paste", pasted);
    node.addEventListener("dragover", over);
    node.addEventListener("dragleave", left);
    node.addEventListener("drop", dropped);
    return () => {
      node.removeEventListener("paste", pasted);
      node.removeEventListener("dragover", over);
      node.removeEventListener("dragleave", left);
      node.removeEventListener("drop", dropped);
    };
  };
}
