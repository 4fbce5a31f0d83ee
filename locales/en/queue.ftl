# The queue of severity 3, and office hours.
queue-title = Queue
queue-about = Incidents of severity 3 page nobody. They wait here for the delivery team, are shown when its office hours begin, and belong to whoever accepts them.
queue-common = Common queue
queue-common-about = No service, or a service without a team.
queue-mine = your team
queue-mine-common = shown to you
queue-empty = Nothing waits.
queue-nothing = Nothing waits in any queue.
queue-count = { $count ->
    [one] { $count } waits
   *[other] { $count } wait
}
queue-aged-count = { $count ->
    [one] { $count } for too long
   *[other] { $count } for too long
}
queue-open-until = at work until { $at }
queue-opens = office hours begin { $at }
queue-hours-usual = Office hours were never set: Monday to Friday, 09:00 to 17:00 UTC.
queue-hours-set = Set them
queue-accept = Accept
queue-accept-hint = Whoever accepts an incident becomes its IM.
queue-shown = shown { $at }
queue-later = is shown { $at }
queue-aged = waits for too long, since { $at }
queue-handed = handed to { $team }
queue-board = { $count ->
    [one] { $count } incident waits in a queue
   *[other] { $count } incidents wait in a queue
}
queue-board-aged = { $count ->
    [one] { $count } incident of severity 3 has waited for too long.
   *[other] { $count } incidents of severity 3 have waited for too long.
}
queue-open = Open the queue
queue-notice = { $count ->
    [one] { $count } incident waits: { $team }
   *[other] { $count } incidents wait: { $team }
}
queue-notice-more = { $count ->
    [one] and { $count } more
   *[other] and { $count } more
}
queue-notice-aged = { $count ->
    [one] { $count } for too long
   *[other] { $count } for too long
}
office-hours = Office hours
office-hours-own = Own office hours
office-hours-zone = Time zone of the office
office-hours-from = { $day }, from
office-hours-until = { $day }, until
office-hours-workspace = Set office hours for the workspace
section-queue = Queue
queue-settings-about = How incidents of severity 3 wait for their teams. Hours that a team sets itself come first.
queue-days = An incident has waited for too long after
queue-days-unit = { $days ->
    [one] office day
   *[other] office days
}
