/** The program's version, put in by the build. */
declare const __FIREBELL_VERSION__: string;
