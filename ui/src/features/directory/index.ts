export { Directory, useDirectory, provideDirectory, type ScaleLine } from "./directory.svelte";
export { Workspace, provideWorkspace } from "./edit/workspace.svelte";
export { default as MyContact } from "./edit/MyContact.svelte";
export { default as WorkspaceSection, workspaceSections, type WorkspaceSectionName } from "./edit/WorkspaceSection.svelte";
export { default as PersonName } from "./PersonName.svelte";
export { default as SeverityPicker } from "./SeverityPicker.svelte";
export { default as SeverityScale } from "./SeverityScale.svelte";
