/**
 * Attachment that takes the focus as an element appears, wherever the focus is: the attribute does so only while
 * nothing else has it.
 */
export const takesFocus = (wanted = true) => (element: HTMLElement) => {
  if (wanted) element.focus();
};
