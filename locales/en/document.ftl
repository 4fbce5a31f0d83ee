### The state document, the tables beside it, and the incident as Markdown.

## Tabs of the incident
record-stream = Stream
record-document = Document
record-tabs = The record of this incident

## Document
document-title = State document
document-label = State document, Markdown
document-empty = Nobody has begun the document. It is for what everyone has to know: the state, what is known, what is tried.
document-begin = Begin the document
document-reading = Reading the document…
document-behind = More of it is on the server; it comes when the server can be reached.
document-unsent = Saved here, not sent yet
document-saved = Saved
document-held = The server does not take what was written last: the document is too large. It is kept on this computer. Copy it elsewhere, then shorten the document.
document-too-large = This is too long for the document. Put it into a file and link to it.
document-not-saved = This could not be saved. Copy what you typed.
document-read-only = You can read this. To write, sign in.
document-hint-leave = then Tab leaves the editor
document-hint-link = opens the link
document-here = { $count ->
    [one] { $count } other person here: { $names }
   *[other] { $count } other people here: { $names }
  }

## Tables
changes-title = Changes to production
changes-empty = No change has been written down.
changes-add = Write a change down
change-what = What
change-who = Who
change-when = When
change-how = How
change-why = Why
change-revert = How to revert
change-state = State
change-planned = planned
change-doing = in progress
change-done = done
change-reverted = reverted
workstreams-title = Workstreams
workstreams-empty = No workstream yet.
workstreams-add = Begin a workstream
workstream-name = Name
workstream-goal = Goal
workstream-owner = Owner
workstream-state = State
workstream-active = active
workstream-blocked = blocked
workstream-done = done
workstream-dropped = dropped
table-nobody = nobody
table-actions = Actions
table-withdraw = Withdraw
table-restore = Restore
table-add = Add
table-cancel = Cancel
table-cell = { $column } of “{ $row }”
table-hint = Enter saves a cell, Esc leaves it as it was.

## Export
export-open = Export as Markdown…
export-title = The incident as Markdown
export-description = State document, tables and timeline with their corrections, as this computer knows them. Times are in UTC.
export-copy = Copy
export-copied = Copied: the whole record as Markdown.
export-not-copied = The clipboard is not available. Mark the text and copy it.
export-nothing = Nothing.
export-document = State document
export-timeline = Timeline
export-severity = Severity
export-state = State
export-im = Incident manager
export-declared = Declared
export-start = Impact start
export-detected = Detected
export-end = Impact end
export-written = Written out
export-files = Files: { $files }
export-corrected-text = { $at } { $person }: text was “{ $from }”, became “{ $to }”
export-corrected-time = { $at } { $person }: time was { $from }, became { $to }
export-corrected-kind = { $at } { $person }: was { $from }, became { $to }
export-retracted = { $at } { $person }: retracted
export-restored = { $at } { $person }: restored
