### Words that the server writes: e-mail about pages, and the page behind its acknowledge link.

## E-mail (used from Rust)
mail-page-subject = { $key } Severity { $severity }: { $summary }
mail-page-subject-restricted = { $key } Severity { $severity }: a restricted incident needs you
mail-many-subject = { $count } incidents need you: { $keys }
mail-drill = [DRILL] { $title }
mail-page-body = You are paged for { $key }. It goes on ringing others until somebody acknowledges.
mail-drill-body = This is a drill.
mail-times = Declared { $declared }, paged { $paged }.
mail-acknowledge = Acknowledge
mail-acknowledge-until = The link works once, until { $until }. Whoever has it can acknowledge in your name: do not pass it on.
mail-no-link = Open Firebell to acknowledge.
mail-open = Open the incident
mail-test-subject = Test e-mail from Firebell
mail-test-body = Pages can reach you at this address.
mail-test-page-subject = Test page from Firebell
mail-test-page-body = You sent yourself a test page. This is the e-mail that goes with it; nobody else is rung.
mail-why = You get this because you are on call or somebody paged you. How you are notified is in your settings in Firebell.

## E-mail about people who could not be rung (used from Rust)
mail-unready-you = A page may not reach you
mail-unready-others = { $count ->
    [one] A page may not reach somebody on call
   *[other] A page may not reach { $count } people on call
  }
mail-unready-you-now = You are on call for { $schedule } now.
mail-unready-you-from = You are on call for { $schedule } from { $start }.
mail-unready-person-now = { $person } is on call for { $schedule } now.
mail-unready-person-from = { $person } is on call for { $schedule } from { $start }.
mail-unready-why = You get this because you are on call or answer for a schedule. It comes once a day at most.
mail-doubt-not-seen = No desktop was heard of lately. Firebell has to be started on one and left running.
mail-doubt-left = They have left, so nothing rings them. Somebody else has to be in the schedule.
mail-doubt-no-desktop = There is no desktop; other channels were chosen.
mail-doubt-no-notifications = Nothing on the desktop takes notifications. Start a notification service, or allow Firebell in its settings.
mail-doubt-no-sound = The siren cannot be heard. Switch it on in Settings, and see that a sound device is connected.
mail-doubt-disturbed = Do-not-disturb is on.
mail-doubt-no-autostart = Firebell does not start with the computer.
mail-doubt-not-tested = No test page was answered in the last 30 days.

## The page behind the link (used from Rust)
acknowledge-title = Acknowledge { $key }
acknowledge-title-test = Acknowledge the test page
acknowledge-about = Severity { $severity }: { $summary }
acknowledge-about-restricted = Severity { $severity }, restricted
acknowledge-drill = This is a drill.
acknowledge-ask = Only press this if you take care of it now. Nobody else is rung then.
acknowledge-ask-called = { $name } asks you to come into { $key }. Only press this if you do.
acknowledge-button = I have it
acknowledge-done = You have it. Open Firebell and take command.
acknowledge-done-called = You are expected in { $key }. Open Firebell to join the others.
acknowledge-done-test = It works: your answer arrived.
acknowledge-used = This link was used before.
acknowledge-held = { $name } has it by now.
acknowledge-ended = This page has ended.
acknowledge-expired = This link has expired. Open Firebell to acknowledge.
acknowledge-unknown = This link is not valid.
acknowledge-refused = You cannot acknowledge this any more.
acknowledge-not-now = The server cannot write it down at the moment. Try again, and phone a colleague meanwhile.
acknowledge-again = Try again
