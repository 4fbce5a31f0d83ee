"""Writes vectors.txt: what schedules say around changes of the clocks, worked out minute by minute with
Python's zoneinfo, so that it shares nothing with the program. Run: python3 vectors.py > vectors.txt

Columns, divided by tabs: zone, kind of rotation, hand-off, first day, whether person 9 stands in from three
hours before the change until three hours after it, first and last minute of the window, then the runs: the
first minute of each and the person (0: nobody). Minutes are counted from 1970 in UTC."""

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1)
CHANGES = [
    ("Europe/Berlin", "2024-03-31T01:00"), ("Europe/Berlin", "2024-10-27T01:00"),
    ("America/New_York", "2024-03-10T07:00"), ("America/New_York", "2024-11-03T06:00"),
    ("Australia/Lord_Howe", "2024-04-06T15:00"), ("Australia/Lord_Howe", "2024-10-05T15:30"),
    ("Pacific/Apia", "2011-12-30T10:00"), ("Pacific/Apia", "2012-03-31T14:00"),
    ("America/Sao_Paulo", "2018-02-18T02:00"), ("America/Sao_Paulo", "2018-11-04T03:00"),
    ("Antarctica/Troll", "2024-03-31T01:00"), ("Antarctica/Troll", "2024-10-27T01:00"),
    ("Asia/Shanghai", "2024-03-31T01:00"),
]
DAY = 1440
# Kind: lengths in minutes, elapsed, hours (days, from, until), served.
KINDS = {
    "daily": ([DAY], False, None, False),
    "weekly": ([7 * DAY], False, None, False),
    "four-three": ([4 * DAY, 3 * DAY], False, None, False),
    "12h": ([720], False, None, False),
    "8h-16h": ([480, 960], False, None, False),
    "7h": ([420], True, None, False),
    "nights": ([DAY], False, ([1, 2, 3, 4, 5, 6, 7], 22 * 60, 6 * 60), False),
    "workdays": ([DAY], False, ([1, 2, 3, 4, 5], 9 * 60, 17 * 60), False),
    "served": ([DAY], False, ([1, 2, 3, 4, 5], 9 * 60, 17 * 60), True),
}


def walls(zone, first, count):
    zone = ZoneInfo(zone)
    for minute in range(first, first + count):
        here = datetime.fromtimestamp(minute * 60, timezone.utc).astimezone(zone).replace(tzinfo=None)
        yield minute, int((here - EPOCH).total_seconds() // 60)


def active(hours, reached):
    if hours is None:
        return True
    days, start, end = hours
    for back in (0, 1):
        day = reached // DAY - back
        if (day + 3) % 7 + 1 in days:
            begin = day * DAY + start
            finish = day * DAY + end + (DAY if end <= start else 0)
            if begin <= reached < finish:
                return True
    return False


def runs(shown, kind, hand_off, first_day, window, cover):
    lengths, elapsed, hours, served = KINDS[kind]
    turn, left, due, reached, found = -1, 0, first_day * DAY + hand_off, -10**12, []
    for minute, wall in shown:
        reached = max(reached, wall)
        while (minute if elapsed and turn >= 0 else reached) >= due:
            if served:
                # Every served day counts one day off the turn.
                if ((due // DAY) + 3) % 7 + 1 in hours[0]:
                    if left == 0:
                        turn += 1
                        left = lengths[turn % len(lengths)] // DAY
                    left -= 1
                due += DAY
            else:
                turn += 1
                if elapsed and turn == 0:
                    due = minute
                due += lengths[turn % len(lengths)]
        who = 1 + turn % 3 if turn >= 0 and active(hours, reached) else 0
        if cover and cover[0] <= minute < cover[1]:
            who = 9
        if window[0] <= minute < window[1] and (not found or found[-1][1] != who):
            found.append((minute, who))
    return found


for zone, change in CHANGES:
    change = int((datetime.fromisoformat(change) - EPOCH).total_seconds() // 60)
    first = change - 20 * DAY
    shown = list(walls(zone, first, 34 * DAY))
    local = shown[change - first][1] % DAY
    before = shown[change - first - 1][1] % DAY
    for kind in KINDS:
        # At nine, in the time that is left out or comes twice, at midnight.
        for hand_off in sorted({540, (min(local, before) + 20) % DAY, 0}):
            first_day = shown[0][1] // DAY + 6
            span = 9 * DAY if kind in ("weekly", "four-three") else 3 * DAY
            window = (change - span, change + span)
            for cover in (None, (change - 180, change + 180)):
                line = ";".join(f"{at}={who}" for at, who in runs(shown, kind, hand_off, first_day, window, cover))
                day = date(1970, 1, 1) + timedelta(days=first_day)
                print(zone, kind, f"{hand_off // 60:02}:{hand_off % 60:02}", day, int(cover is not None), change, window[0], window[1], line, sep="\t")
