### Words of the stream, and the lines that the program writes (ids used from Rust).

## Lines written by the program
timeline-declared = Declared as { $key }
timeline-summary-set = Summary is now “{ $to }”
timeline-call-set = { $person } set the call: { $to }
timeline-call-gone = { $person } removed the call
timeline-answer-gone = { $person } took an answer to the six questions back
timeline-answered-side = { $answer ->
    [outside] { $person }: customers outside are hit
    [inside] { $person }: people inside are hit
    [both] { $person }: customers outside and people inside are hit
   *[none] { $person }: nobody is hit
  }
timeline-answered-seen = { $person }: they see { $answer }
timeline-answered-extent = { $answer ->
    [one] { $person }: a single one is hit
    [some] { $person }: some are hit
   *[all] { $person }: all are hit
  }
timeline-answered-cases = { $answer ->
    [1] { $person }: 1 support case so far
   *[other] { $person }: { $answer } support cases so far
  }
timeline-answered-else = { $person }: also, { $answer }
timeline-description-set = Description changed
timeline-severity-set = Severity { $from } → { $to }
timeline-service-set = Faulty service { $from } → { $to }
timeline-product-added = Affected product added: { $product }
timeline-product-removed = No longer affected: { $product }
timeline-command-taken = { $person } took command
timeline-command-replaced = { $person } took command in place of { $from }: { $reason }
timeline-command-offered = { $person } offered command to { $to }
timeline-command-accepted = { $person } accepted command from { $from }
timeline-command-declined = { $person } declined command
timeline-command-planned = { $to } takes command at { $at }, says { $person }
timeline-command-unplanned = { $person } took back who is in command next
timeline-times-set = Times: impact start { $start }, detected { $detected }, impact end { $end }
timeline-resolved = Resolved
timeline-closed = Closed
timeline-reopened = Reopened: { $reason }
timeline-false-alarm = False alarm: { $reason }
timeline-restricted = Restricted to its members
timeline-opened-up = No longer restricted
timeline-member-added = { $person } became a member
timeline-member-removed = { $person } is no longer a member
timeline-role-assigned = { $person } became { $role }
timeline-role-ended = { $person } is no longer { $role }
timeline-role-offered = { $person } offered { $to } to take over as { $role }
timeline-role-accepted = { $person } took over as { $role } from { $from }
timeline-role-declined = { $person } declined to take over as { $role }
timeline-role-planned = { $to } takes over as { $role } at { $at }, says { $person }
timeline-role-unplanned = { $person } took back who is { $role } next
timeline-alert-fired = { $source }: { $summary } ({ $count } firing)
timeline-alert-acknowledged = Acknowledged in the monitoring system: { $summary }
timeline-alert-resolved = No longer firing: { $summary }
timeline-production-change = { $state ->
    [planned] { $person } plans: { $what }
    [doing] { $person } is changing: { $what }
    [reverted] { $person } took back: { $what }
   *[other] { $person } changed: { $what }
  }
timeline-production-state = { $state ->
    [planned] Planned again: { $what }
    [doing] { $person } began: { $what }
    [reverted] { $person } took back: { $what }
   *[other] { $person } did: { $what }
  }
timeline-page-rang = Step { $step }: { $people } paged
timeline-page-shown = The page was shown to { $person }
timeline-page-shown-silently = The page was shown to { $person } without sound, in their quiet hours
timeline-page-not-shown = The page could not be shown to { $person }: { $detail }
timeline-page-acknowledged = { $person } acknowledged the page
timeline-page-declined = { $person } cannot come: { $reason }
timeline-page-escalated = Nobody answered; escalated to step { $step }
timeline-page-nobody-on-call = Step { $step }: nobody is on call
timeline-page-rang-nobody = Step { $step }: nobody’s desktop rings, messages are sent
timeline-page-unreachable = No desktop answers for { $people }
timeline-page-again-no-im = Nobody took command: the page rings again
timeline-page-again-snoozed = The page rings again
timeline-page-never-taken = Nobody took command, however often the page rang; it does not ring any more
timeline-page-acknowledged-for = { $by } acknowledged the page for { $person }
timeline-page-acknowledged-by = { $channel ->
    [email] { $person } acknowledged the page by e-mail
   *[other] { $person } acknowledged the page by another program
  }
timeline-page-snoozed = { $person } lets the page rest until { $until }
timeline-page-escalated-by = { $person } did not wait: the next step goes
timeline-page-asked = { $person } pages { $called } { $note }
timeline-page-sent = { $channel ->
    [email] E-mail sent to { $to }
   *[other] Sent to { $to }
  }
timeline-page-delivered = { $channel ->
    [email] E-mail delivered to { $to }
   *[other] Delivered to { $to }
  }
timeline-page-failed = { $channel ->
    [email] E-mail to { $to } failed: { $detail }
   *[other] Reaching { $to } failed: { $detail }
  }
timeline-page-nobody = Nobody could be paged
timeline-page-closed = The page ended

## Stream
stream-title = Stream
stream-entries-only = Entries only
stream-empty = Nothing has been written yet.
stream-day = { $day } · { $zone }
stream-latest = Latest ↓
stream-retracted = retracted
stream-edited = edited
stream-entered = entered { $at }
stream-program = Firebell
stream-new = New: { $text }

## Kinds
kind-message = Message
kind-observation = Observation
kind-change = Change
kind-decision = Decision
kind-status = Status
kind-role = Role
kind-page = Page
kind-alert = Alert
glyph-message = M
glyph-observation = O
glyph-change = C
glyph-decision = D
glyph-status = ·
glyph-role = R
glyph-page = P
glyph-alert = A

## Writing
input-kind = Kind of line
input-label = Write to the stream
input-suggestions = What could be meant
input-message = Write a message
input-observation = What was seen?
input-change = What was changed, where, and how is it undone?
input-decision = What was decided, and why?
input-send = Add
input-time = Time of happening
input-time-now = now
input-time-phrase = Time, as you say it
input-time-example = 14:02 · 10 min ago · yesterday 23:40
time-question = { $question ->
    [which_time] On that day at what time?
    [future] That has not come yet.
   *[unreadable] Not read as a time. Try “14:02”, “10 min ago”, “yesterday 23:40”.
    [twice] The clocks went back and showed it twice. Which one?
    [skipped] The clocks went forward over it. Was it this?
    [which_day] Day and month, or month and day?
  }
input-hint-kind = kind
input-hint-send = add
input-hint-line = new line
input-hint-leave = then Tab leaves
entry-edit = Edit this line
entry-text = Text
entry-retract = Retract
entry-restore = Restore
entry-select = Select this line
entry-more = More for this line
entry-history = History
entry-highlight = Highlight
entry-unhighlight = No longer highlight
entry-tag = Tag…
entry-tag-field = Tag
entry-tag-add = Tag
entry-untag = Remove tag
entry-untag-one = Remove #{ $tag }
entry-visibility = Visibility
entry-make = Visible to: { $visibility }
entry-link = Link to
entry-link-one = Link to “{ $name }”
entry-unlink-one = Unlink from “{ $name }”
bulk-title = For the selected lines
bulk-count = { $count ->
    [one] { $count } line
   *[other] { $count } lines
  }
bulk-clear = Clear selection

## Who may read a line
visibility-team = Team
visibility-inside = Inside
visibility-public = Public
visibility-out-of-postmortem = Not in the postmortem

## Filtering
filter-title = Filter
filter-text = Filter by text
filter-placeholder = Words, names, #tags
filter-kind = Kind
filter-person = Person
filter-workstream = Workstream
filter-tag = Tag
filter-visibility = Visibility
filter-highlighted = Highlighted
filter-text-chip = “{ $text }”
filter-range = { $from } – { $to }
filter-by = Filter by { $what }
filter-remove = Remove filter: { $what }
filter-clear = Clear filter
filter-count = { $shown } of { $all }
filter-none = No line matches the filter.
filter-nothing = Nothing to choose

## Reading
stream-keys = Arrow keys move, x selects, Shift with arrows selects several, Enter edits, s highlights, t tags, i shows the history, Delete retracts or restores.
zone-menu = Clocks: { $zones }
zone-own = your time, { $zone }
zone-swap = Swap the two clocks
zone-beside = Second clock: { $zone }
zone-other = Another second clock…
zone-one = One clock only

## History of a line
history-title = History of this line
history-written = written
history-at = Happened at { $at }
history-kind = Kind: { $kind }
history-retracted = Retracted
history-restored = Restored
history-highlighted = Highlighted
history-unhighlighted = No longer highlighted
history-visibility = Visible to: { $visibility }
history-tagged = Tagged #{ $tag }
history-untagged = Tag removed: #{ $tag }
history-linked = Linked to “{ $name }”
history-unlinked = Unlinked from “{ $name }”
history-file-added = Added { $name }
history-file-removed = Took out { $name }
history-incomplete = Older changes are still being fetched.

## As it was known at a moment
past-open = As of…
past-title = What was known at a moment
past-when = What was known when?
past-at = As it was known at { $at } ({ $zone })
past-back = Back to now
past-im = IM: { $name }
past-no-im = Nobody in command
past-start = Impact start { $at }
past-no-start = Impact start not known
past-undeclared = The incident had not been declared.
past-nothing = Nothing had been written.

## The picture
picture-open = Picture
picture-title = Lanes over time
picture-label = Lanes over time. Plus and minus zoom, arrow keys move, 0 shows everything, Enter filters the stream to what is in view. The same as a table: the button “As a table”.
picture-zoom-in = Zoom in
picture-zoom-out = Zoom out
picture-whole = Everything
picture-brush = Select a stretch
picture-filter = Filter to view
picture-table = As a table
picture-failed = The picture cannot be drawn here; the table has the same.
picture-still = now
picture-impact-start = Impact start
picture-impact-end = Impact end
picture-lane = Lane
picture-from = From
picture-to = To
picture-what = What
picture-left-off = { $count } older lines are in the stream only.
lane-severity = Severity
lane-severity-value = Severity { $severity }
lane-state = State
lane-im = IM
lane-changes = Changes
lane-messages = Messages
lane-pages = Pages, alerts
lane-notes = Observations, decisions

## The quick line
line-incident = Incident
line-incident-keys = Alt with arrow up or down chooses another incident
line-none = No incident is open.
line-now = now: { $at }
line-placeholder = What happened just now?
line-later = later
