### Words of what can be done with a page besides answering it, and of channels beside the desktop.

page-more = More
page-acknowledge-for = { $person } has it (they said so)
page-snooze = Let it rest for { $minutes } min
channel-email = e-mail
channel-webhook = webhook
delivery-queued = waits
delivery-sent = sent
delivery-failed = did not get there
delivery-not-needed = was not needed any more
