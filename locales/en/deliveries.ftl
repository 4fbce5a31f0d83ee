### Words of what can be done with a page besides answering it, and of channels beside the desktop.

page-more = More
page-acknowledge-for = { $person } has it (they said so)
page-said-by = said by { $person }
page-snooze = Let it rest for { $minutes } min
page-escalate = Go on to the next step now
page-to-imoc = Send it to the IMOC now
page-busy = { $person } is in command of { $key } already.
channel-email = e-mail
channel-webhook = webhook
delivery-queued = waits
delivery-sent = sent
delivery-failed = did not get there
delivery-not-needed = was not needed any more
