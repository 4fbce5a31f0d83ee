### Words about what has left this computer, and what was refused.

sync-title = Synchronisation
sync-saved = Saved here
sync-sent = Sent
sync-waiting = Waiting { $count }
sync-conflict = { $count ->
    [one] { $count } conflict
   *[other] { $count } conflicts
  }
sync-offline = { $count ->
    [0] Offline since { $at }
   *[other] Offline since { $at } · { $count } waiting
  }
sync-first = First sync { $percent } %
sync-waits = Waiting to be sent
sync-refused = Refused
sync-last = Last heard from the server
sync-never = never
sync-keys = Incident keys in reserve
sync-skew = This computer’s clock is off by
sync-saved-long = Everything is kept on this computer; nobody else sees it.
sync-sent-long = Everything you wrote has reached the server.
sync-offline-long = What you write is saved here and sent when the connection is back.
sync-open-conflicts = Look at what was refused

banner-cannot-ring = This computer cannot ring: { $why }
banner-cannot-ring-do = Ask somebody to take your shift, or keep this window in sight.
banner-chain-broken = The server’s record does not continue what this computer has seen.
banner-chain-broken-do = Tell your administrator now; nothing here was changed.
banner-blocked = The server refuses this computer.
banner-skew = { $ahead ->
    [yes] This computer’s clock is { $by } ahead of the server’s. Times that you enter will be wrong.
   *[no] This computer’s clock is { $by } behind the server’s. Times that you enter will be wrong.
  }
banner-offline = Offline.
banner-offline-since = Offline since { $at }.
banner-offline-do = { $count ->
    [0] You can go on working. Nobody can be paged from here; phone instead:
    [one] You can go on working; { $count } change waits. Nobody can be paged from here; phone instead:
   *[other] You can go on working; { $count } changes wait. Nobody can be paged from here; phone instead:
  }

conflicts-title = Refused changes
conflicts-description = What you wrote is kept here until you have dealt with it.
conflicts-none = Nothing was refused.
conflict-open-incident = Open incident
conflict-apply = Apply on top
conflict-dismiss = Dismiss
conflict-dependents = { $count ->
    [one] { $count } later change built on it and was not applied either.
   *[other] { $count } later changes built on it and were not applied either.
  }

## What was attempted (ids used from Rust)
did-declare = You declared “{ $summary }”
did-edit-production-change = You wrote a change to production
did-edit-workstream = You wrote a workstream
did-set-summary = You changed the summary
did-set-call = You changed the video call
did-answer = You answered one of the six questions
did-set-description = You changed the description
did-set-severity = You set the severity to { $to }
did-set-service = You set the faulty service to { $to }
did-add-product = You added the affected product { $product }
did-remove-product = You removed the affected product { $product }
did-set-times = You corrected the times
did-take-command = You took command
did-replace-im = You took command in place of the IM
did-offer-command = You offered command to { $to }
did-accept-command = You accepted command
did-decline-command = You declined command
did-plan-command = You decided who is in command next
did-resolve = You resolved an incident
did-close = You closed an incident
did-reopen = You reopened an incident
did-false-alarm = You called an incident a false alarm
did-restrict = You restricted an incident to its members
did-unrestrict = You opened a restricted incident up
did-add-member = You made { $person } a member
did-remove-member = You removed the member { $person }
did-add-entry = You wrote a line
did-edit-entry = You corrected a line
did-retract-entry = You retracted a line
did-restore-entry = You restored a line
did-assign-role = You made { $person } { $role }
did-end-role = You ended a role
did-offer-role = You offered a role to { $to }
did-accept-role = You accepted a role
did-decline-role = You declined a role
did-plan-role = You decided who has a role next
did-acknowledge-page = You acknowledged a page
did-decline-page = You declined a page
did-snooze-page = You let a page rest
did-escalate-page = You sent a page on to the next step
did-ask = You paged others into the incident
did-request-test = You asked for a test page
did-report-page = This computer reported how a page was shown
did-add-override = You arranged cover in { $name }
did-remove-override = You removed cover from { $name }
did-edit-directory = You changed { $name } in the directory
did-other = You changed something
