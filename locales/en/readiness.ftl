### Words about whether somebody can be rung, and about what was missed.

## Notifications (used from Rust)
notification-unready-you = A page may not reach you
notification-unready-others = A page may not reach who is on call
notification-unready-advice = Before your shift, look at this
notification-unready-line = { $hours ->
    [0] { $person }, { $schedule }, now or within the hour: { $doubt }
   *[other] { $person }, { $schedule }, in { $hours } h: { $doubt }
  }
notification-and-more = and { $count } more
notification-missed-title = { $count ->
    [one] A page rang while this computer slept
   *[other] { $count } pages rang while this computer slept
  }
notification-missed-line = { $what }: { $who }
notification-missed-no-key = A page
notification-missed-nobody = Nobody has it.

## What is doubtful (used from Rust too)
doubt-not-seen = no desktop was heard of lately
doubt-left = they have left the company
doubt-no-desktop = no desktop; they chose to be reached otherwise
doubt-no-notifications = nothing on the desktop takes notifications
doubt-no-sound = the siren cannot be heard
doubt-disturbed = do-not-disturb is on
doubt-no-autostart = Firebell does not start with the computer
doubt-not-tested = no test page was answered in the last 30 days

## What to do about it
doubt-not-seen-do = Start Firebell on a desktop and leave it running.
doubt-left-do = Take them out of the schedule.
doubt-no-desktop-do = Start Firebell on a desktop to be rung as well as written to.
doubt-no-notifications-do = Start a notification service, or allow Firebell in its settings.
doubt-no-sound-do = Switch the siren on in Settings, and see that a sound device is connected.
doubt-disturbed-do = Pages still open their window and sound the siren; their notifications may be held back until you switch it off.
doubt-no-autostart-do = Switch it on in Settings, so that a restart does not make you unreachable.
doubt-not-tested-do = Send yourself a test page and answer it.

## Readiness on the On call screen
readiness-title = Can you be paged?
readiness-ready = Yes. Everything that a page needs was found in place.
readiness-advice = Yes, but look at this:
readiness-fails = A page may not reach you:
readiness-next-shift = Your next shift: { $schedule }, { $at }
readiness-this-shift = You are on call: { $schedule }, { $at }
readiness-no-shift = You have no shift in the next weeks.
readiness-check = Check now
readiness-checking = Checking…
readiness-desktops = Your desktops
readiness-this-desktop = this one
readiness-checked = looked { $ago }
readiness-none = No desktop of yours has said yet what it can do. That happens by itself once you have a shift.
readiness-others = On call soon, and may not be reached
readiness-other-line = { $schedule }, from { $at }
readiness-other-now = { $schedule }, now
readiness-fine = fine

## The way of a test page
walk-title = The way of your test page
walk-ways = Your other channels
walk-passed = It went the whole way. Answer it, and it counts as proven.
walk-failed = It did not go the whole way.
walk-ways-failed = Your desktop rings, but another channel failed: see below what it says.
walk-running = On its way…
hop-server = The server is reached
hop-written = The page is written
hop-ring = The ring came in here
hop-notification = The notification service took it
hop-sound = The siren sounds
hop-window = The page window is shown
hop-receipt = The server knows that it was shown
hop-waiting = waiting
hop-passed = passed
hop-failed = failed
hop-untold = not known here
hop-after = after { $seconds } s
hop-server-do = This computer is not connected to the server. Look at the line at the lower left; pages cannot ring here meanwhile.
hop-written-do = The server did not answer in time. Try again; if it stays so, tell whoever runs the server.
hop-ring-do = The page exists, and no ring came here. Restart Firebell; if it stays so, tell whoever runs the server.
hop-notification-do = No notification service took it. Start one, or allow Firebell in its settings.
hop-sound-do = No sound device took it. Connect one, choose it in the system’s settings, and try again.
hop-window-do = The page window did not open. Restart Firebell.
hop-receipt-do = The server does not know that it was shown, and would go on escalating. See whether you are connected.

## Missed pages
pages-missed = Missed while you were away
pages-missed-hint = They rang for you, and none of your desktops showed them.
page-missed-held = { $person } has it
page-missed-nobody = nobody answered it
capability-undisturbed = Do-not-disturb is off
