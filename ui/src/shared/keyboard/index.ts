export { Keyboard, keyCaps, useKeyboard, provideKeyboard, useCommands, type Command } from "./keyboard.svelte";
