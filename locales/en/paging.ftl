### Words of pages: notifications (used from Rust), the page window, My pages.

## Notifications (used from Rust)
notification-page-title = { $key } Severity { $severity }: you are paged
notification-page-body = { $summary }
notification-page-restricted = A restricted incident needs you. Open Firebell to see it.
notification-page-late = { $hours ->
    [0] { $summary } (declared { $minutes } min ago)
   *[other] { $summary } (declared { $hours } h { $minutes } min ago)
  }
notification-page-drill-title = [DRILL] { $key } Severity { $severity }: you are paged
notification-page-test-title = Test page
notification-page-test-body = This is how a page looks and sounds. Acknowledge it, and it counts as proven.
notification-acknowledge = Acknowledge
notification-open = Open
notification-page-held = { $name } has it by now.
notification-key-title = { $old } is now { $new }
notification-key-body = The number was used by another copy of this computer’s data. Use { $new } from now on.
notification-mention-title = { $person } named you in { $key }
notification-mention-restricted = Open Firebell to read it.
notification-mentions-title = { $count ->
    [one] { $count } line names you
   *[other] { $count } lines name you
  }
notification-mentions-body = Open Firebell to read them.

## A page
page-rang = paged { $at } · step { $step } of { $steps }
page-step = step { $step } of { $steps }
page-declared-by = declared by { $person }
page-im = { $person } is in command
page-asked = { $person } asks you to come as { $role }
page-restricted-summary = A restricted incident
page-test-summary = Test page: does it reach you?
page-ack-and-command = Acknowledge and take command
page-ack = Acknowledge
page-cannot = Cannot
page-open-incident = Open incident
page-calls-you = You are paged.
page-acknowledged-by = { $person } acknowledged at { $at }
page-closed = This page has ended.
page-nobody = Nobody could be reached.
page-snoozed-by = { $person } lets it rest until { $at }.
page-last-step = This is the last step; it keeps ringing until somebody answers.
page-goes-to = Goes to { $people } in { $in } unless somebody acknowledges
page-next-step = Next step in { $in } unless somebody acknowledges
page-command-by = rings again in { $in } unless somebody takes command
page-rung = { $count ->
    [one] { $count } person paged
   *[other] { $count } people paged
  }
page-confirming = Telling the server…
page-unconfirmed = The server does not know yet that you answered.
page-unconfirmed-do = It goes on escalating. Phone whoever comes next:
page-state-ringing = Ringing
page-state-acknowledged = Acknowledged
page-state-nobody = Nobody could be paged
page-state-snoozed = Rests
page-state-closed = Ended

## Why not
decline-why = Why can you not come?
decline-reason = Another reason
decline-submit = Pass it on
decline-busy = I am on another incident
decline-not-available = I cannot work now
decline-wrong-person = This is not my area

## How far a ring got
reached-sent = sent, not received yet
reached-unreachable = no desktop answers
reached-delivered = received
reached-shown = shown
reached-shown-silently = shown without sound: quiet hours
reached-shown-held-back = shown; do-not-disturb is on
page-a-desktop = one of their desktops
page-said-by = said by { $person }
page-escalate = Go on to the next step now
page-to-imoc = Send it to the IMOC now
page-busy = { $person } is in command of { $key } already.
reached-not-shown = could not be shown
reached-acknowledged = acknowledged
reached-declined = cannot come

## My pages
pages-title = My pages
pages-empty = Nobody has paged you.
pages-earlier = Earlier
pages-ringing = Ringing now
pages-and-more = { $count ->
    [one] and one more
   *[other] and { $count } more
  }
pages-none-ringing = Nothing rings for you now.
test-page-send = Send me a test page

## Paging others
ask-title = Page others
ask-description = They are rung until they answer. Whoever accepts joins this incident in this role.
ask-whom = Whom
ask-note = What for
ask-submit = Page now
ask-responder = Responder
