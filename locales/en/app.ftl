### Words of the frame, the board, lists, and what is common to all forms.

## Rooms
rail-now = Now
rail-incidents = Incidents
rail-pages = My pages
rail-on-call = On call
rail-settings = Settings
rail-label = Rooms
rail-me-on-call = On call
rail-me-managing = { $key }
rail-me-off = Off call

## Tray (used from Rust)
tray-idle = No open incidents
tray-open = { $count ->
    [one] { $count } open incident
   *[other] { $count } open incidents
  }
tray-ringing = { $count ->
    [one] { $count } page is ringing
   *[other] { $count } pages are ringing
  }
tray-offline = Offline: this computer cannot be paged
tray-on-call = You are on call
tray-declare = Declare an incident…
tray-show = Show Firebell
tray-quit = Quit Firebell
tray-quit-on-call = Quit Firebell (you are on call: this computer will not ring)
stays-open-title = Firebell is still running
stays-open-body = Close its window again to end it.
stays-open-on-call = You are on call, and it can only ring while it runs. Close its window again to end it.

## Board
board-title = { $count ->
    [0] No open incidents
    [one] { $count } open incident
   *[other] { $count } open incidents
  }
board-first = The { $count } most severe are here.
board-all = See all incidents
board-synced = last synced { $at }
board-nobody-paged = Nobody could be paged
board-ringing = A page is ringing
board-no-im = No IM yet
board-waits = waiting for an IM
board-queue = in the team’s queue
board-empty-title = Nothing is on fire
board-empty-text = When something breaks, declare it: a minute is enough, and you need not know much.
board-on-call = On call now
board-you = You
board-test-page = Test page
board-test-answered = answered { $ago }
board-test-never = never tried
board-shift-now = Your shift
board-shift-next = Your next shift
board-shift-none = none planned
board-shift-until = { $schedule } until { $at }
board-shift-always = { $schedule }, alone in turn
board-shift-from = { $schedule } from { $at }
board-wall = Wall mode
board-wall-leave = Leave wall mode

## Incidents
list-title = Incidents
list-search = Search summaries and timelines
list-filter = State
list-all = All
list-open = Open
list-more = Show more
list-nothing = No incident matches.
list-count = { $count ->
    [one] { $count } shown
   *[other] { $count } shown
  }

## Palette
palette-open = Find an incident, a person, a command
palette-title = Find
palette-placeholder = An incident’s key or words from it, a name, a command
palette-commands = Commands
palette-incidents = Incidents
palette-people = People
palette-nothing = Nothing found
palette-failed = The search failed; commands still work.

## Common
action-back = Back
action-cancel = Cancel
action-close-window = Close
action-copied = Copied
action-copy = Copy
action-edit = Edit
action-read-again = Show what stands now
action-save = Save
action-try-again = Try again
badge-drill = DRILL
badge-restricted = RESTRICTED
badge-test = TEST
badge-unsent = not sent
badge-unsent-long = Saved on this computer and waiting to be sent
clock-since-start = since impact start
clock-since-declared = since declared
combo-choose = Choose…
combo-nothing = Nothing matches
combo-open = Show the choices
date-now = Now
date-clear = Empty { $field }
duration-just-now = just now
duration-minutes = { $minutes } min
duration-hours = { $minutes ->
    [0] { $hours } h
   *[other] { $hours } h { $minutes } min
  }
duration-days = { $hours ->
    [0] { $days } d
   *[other] { $days } d { $hours } h
  }
duration-days-clock = { $days } d { $clock }
field-optional = optional
person-managing = manages { $key }
reason-label = Why?
service-unknown = Unknown service
value-unknown = not known
