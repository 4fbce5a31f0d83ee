### Words of the stream, and the lines that the program writes (ids used from Rust).

## Lines written by the program
timeline-declared = Declared as { $key }
timeline-summary-set = Summary is now “{ $to }”
timeline-call-set = { $person } set the call: { $to }
timeline-call-gone = { $person } removed the call
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
timeline-alert-fired = { $source }: { $summary } ({ $count } firing)
timeline-alert-acknowledged = Acknowledged in the monitoring system: { $summary }
timeline-alert-resolved = No longer firing: { $summary }
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
stream-older = Reading older lines…
stream-day = { $day } · your time, { $zone }
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
input-hint-kind = kind
input-hint-send = add
input-hint-line = new line
input-hint-leave = then Tab leaves
entry-edit = Edit this line
entry-text = Text
entry-retract = Retract
entry-restore = Restore
