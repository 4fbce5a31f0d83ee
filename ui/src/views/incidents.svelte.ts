/** What the list was last searched and filtered by: coming back from an incident finds it as it was left. */
export const listFilter = $state({ text: "", filter: "all" });
