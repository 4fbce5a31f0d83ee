export { Session, useSession, provideSession } from "./session.svelte";
export { default as ConnectForm } from "./ConnectForm.svelte";
export { default as TestPageButton } from "./TestPageButton.svelte";
