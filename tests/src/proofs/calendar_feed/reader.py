"""Reads calendars with icalendar and prints what is in them; anything that is not RFC 5545 ends it."""

import json
import sys
from datetime import datetime, timezone

from icalendar import Calendar


def millis(value):
    assert isinstance(value, datetime) and value.tzinfo is not None, value
    return round((value - datetime(1970, 1, 1, tzinfo=timezone.utc)).total_seconds() * 1000)


def read(path):
    with open(path, "rb") as file:
        content = file.read()
    assert content.endswith(b"\r\n"), "the last line does not end"
    for line in content[:-2].split(b"\r\n"):
        assert b"\n" not in line and b"\r" not in line, line
        # 75 octets are advice; the library that writes them lets the end of a folded line have one more.
        assert len(line) <= 76, line
    calendars = Calendar.from_ical(content, multiple=True)
    assert len(calendars) == 1
    calendar = calendars[0]
    assert not calendar.errors, calendar.errors
    assert str(calendar["version"]) == "2.0" and str(calendar["prodid"])
    events = []
    for event in calendar.walk("vevent"):
        assert not event.errors, event.errors
        assert set(event) >= {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"}, event
        events.append(
            {
                "uid": str(event["uid"]),
                "title": str(event["summary"]),
                "start": millis(event.decoded("dtstart")),
                "end": millis(event.decoded("dtend")),
                "others": sorted(set(event) - {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"}),
            }
        )
    uids = [event["uid"] for event in events]
    assert len(set(uids)) == len(uids), "a uid twice"
    return {"name": str(calendar.get("x-wr-calname", "")), "events": events}


json.dump([read(path) for path in sys.argv[1:]], sys.stdout)
