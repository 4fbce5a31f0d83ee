### Names of commands in the palette and on the sheet of keys.

skip-to-content = Skip to the content
keys-title = Keys
keys-description = Every one of them is also in the palette.
keys-off = Single-letter keys are switched off in the settings.
keys-find = Find anything
keys-go-now = Go to Now
keys-go-incidents = Go to Incidents
keys-go-queue = Go to the queue
keys-go-pages = Go to My pages
keys-go-on-call = Go to On call
keys-go-settings = Go to Settings
keys-go-conflicts = Go to refused changes
keys-row-next = Next row
keys-row-previous = Previous row
