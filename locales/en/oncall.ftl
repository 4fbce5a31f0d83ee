### Words of on-call schedules and of phoning people.

oncall-title = On call
oncall-your-zone = times in your zone, { $zone } ({ $offset })
oncall-services = Who answers for what
oncall-dial = Phone, when the server cannot page
oncall-nobody = nobody
oncall-next = next { $person }
oncall-next-from = { $person } from { $at }
oncall-until = until { $at }
oncall-from = from { $at }
oncall-until-then = until { $at }, then { $person }
oncall-until-gap = until { $at }, then nobody
oncall-both-zones = { $at } ({ $there } { $zone })
oncall-always = without end
oncall-none-yet = Nobody can be paged yet: there is no service and no IMOC.
oncall-set-up = Set up on call
oncall-no-schedules = There is no on-call schedule yet. An administrator makes one.
oncall-rotation = { $days ->
    [one] changes daily at { $time }, { $zone }
    [7] changes weekly at { $time }, { $zone }
   *[other] changes every { $days } days at { $time }, { $zone }
  }
oncall-rotations = { $count ->
    [one] one rotation, { $zone }
   *[other] { $count } rotations, { $zone }
  }
oncall-rotation-varied = turns of several lengths, first change at { $time }, { $zone }
oncall-rotation-hours = { $hours ->
    [one] changes every hour, first at { $time }, { $zone }
   *[other] changes every { $hours } hours, first at { $time }, { $zone }
  }
oncall-order = In turn: { $people }
oncall-changes-at = other turns from { $at }
oncall-no-shifts = No shift is planned.
oncall-gap = nobody: a gap
oncall-overridden = override
oncall-in-zone = { $time } in { $zone }
oncall-overrides = Overrides
oncall-override-add = Override
oncall-override-remove = Remove
oncall-override-person = Who stands in
oncall-override-start = From
oncall-override-end = Until
oncall-override-submit = Add override
coverage-title = The next weeks
coverage-fine = No gap, nobody overloaded, everybody can be reached.
coverage-gap = { $schedule }: nobody from { $from } until { $until }
coverage-more = { $schedule }: { $count ->
    [one] one more gap; { $percent } % of the time is covered
   *[other] { $count } more gaps; { $percent } % of the time is covered
  }
coverage-away = { $schedule }: { $person } is on call while away, from { $from } until { $until }
coverage-unreachable = { $schedule }: nothing reaches { $person }, who has no account and no e-mail address
coverage-overload = { $schedule }: { $person } is on call { $percent } % above the average, { $hours } hours
coverage-twice = { $policy }: { $person } is rung by two steps, as things stand now
leave-title = Away
leave-about = Shown beside the shifts. It takes nobody off call: arrange cover for shifts in this time.
leave-add = Add
leave-remove = Remove
calendar-title = Shifts in a calendar program
calendar-about = Whoever has an address can read it. New addresses end the old ones.
calendar-make = New addresses
calendar-mine = My shifts
dial-nobody = No phone number is known: nobody is on call.
dial-no-phone = no phone number
dial-more = and { $count } more

## Shifts that are offered (used from Rust)
swap-notice = { $person } asks you to take a shift
swap-notice-many = { $count } shifts are offered to you
swap-notice-body = { $starts ->
    [0] { $schedule }: it begins now or within the hour, and lasts { $hours } h. Answer on the On call screen.
   *[other] { $schedule }: it begins in { $starts } h, and lasts { $hours } h. Answer on the On call screen.
  }
