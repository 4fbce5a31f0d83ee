### Words of one incident: declaring it, its states, command, people, facts.

incident-key-later = key when connected
severity-label = Severity { $severity }
topic-severity = SEV { $severity }
topic-nobody = nobody yet
incident-looking = { $count ->
    [one] { $names } looks at this too
   *[other] { $names } look at this too
}
call-title = Call and topic
call-label = Video call or room
call-start = Start a call
call-join = Join the call
call-edit = Change the call
call-hint = A link, or a room such as “4.12”
topic-copy = Copy the topic
state-new = New
state-fixing = Fixing
state-resolved = Resolved
state-closed = Closed
state-false-alarm = False alarm

## The severity scale as shipped
severity-1-name = Critical
severity-1-short = all customers, data or privacy
severity-1-criteria = Very high impact: every customer is down, confidentiality or privacy is broken, or customer data is lost. Pages people at once.
severity-2-name = Major
severity-2-short = some customers, core function
severity-2-criteria = Significant impact: some customers are down, or a core function is badly hit. Pages people at once.
severity-3-name = Minor
severity-3-short = small, a workaround exists
severity-3-criteria = An inconvenience with a workaround, or slower than usual. Pages nobody; the delivery team takes it in office hours.
scale-title = Severity scale
scale-description = Judge by the impact and by the effort that you expect the fix to take. When in doubt, take the graver one: it is easily lowered.

## Declare
declare-open = Declare
declare-title = Declare an incident
declare-summary = What is the emergency?
declare-severity = Severity
declare-scale = the scale
declare-service = Faulty service
declare-description = Impact on customers, how to reach you
declare-products = Affected products
declare-detected-by = How it was detected
declare-impact-start = Impact start
declare-restricted = Restricted.
declare-restricted-hint = Only its members see it: for security and privacy.
declare-drill = Drill.
declare-drill-hint = Practice, marked as such everywhere, left out of figures.
declare-similar = Looks like
declare-submit = Declare
declare-saved = Saved as you type
declare-not-saved = The draft could not be saved; keep this window open.
declare-restored = Draft from { $at }.
declare-start-over = Start over
detected-monitoring = monitoring
detected-customer = a customer said so
detected-observation = somebody saw it
preview-choose = 1 and 2 page people now. 3 waits for the team.
preview-pages = Pages people now.
preview-queue = Pages nobody; waits in the team’s queue.
preview-queue-now = Pages nobody; waits in the queue and is shown now: { $team }
preview-queue-later = Pages nobody; waits in the queue and is shown when office hours begin, { $at }: { $team }
preview-people = Pages now: { $people }
preview-imoc = Nobody is on call for this service; pages the IMOC now: { $people }
preview-nobody = Nobody is on call anywhere. Declare it, then phone somebody.
preview-offline = Offline: { $people } will be paged when the connection is back.
preview-phone-now = Phone now: { $phones }
preview-person = { $name } ({ $role })
preview-phone = { $name } { $phone }

## Header
incident-more = More actions
incident-edit-summary = Edit the summary
incident-change-severity = Severity { $severity }; change it
action-copy-key = Copy key and summary
action-resolve = Resolve…
action-close-incident = Close
action-reopen = Reopen
action-false-alarm = False alarm…
im-since = Incident manager · { $time }
im-unconfirmed = not confirmed yet
command-take = Take command
command-hand-over = Hand over
command-replace = Replace…
command-accept = Accept command
command-decline = Decline
command-offered-to = offered to { $person }

## Attention line
attention-label = What needs attention first
attention-snooze = Not for 5 min
attention-nobody-paged = Nobody could be paged. Phone somebody:
attention-offered-to-me = { $person } offers you command of this incident.
attention-unconfirmed = The server has not confirmed yet that you are in command.
attention-no-im = Nobody is in command.
attention-impossible-times = The times contradict each other, so figures leave them out.
attention-no-impact-end = Resolved, but nobody has said when the impact ended.
attention-no-service = Which service is faulty? Nobody has said yet.
attention-no-impact-start = When did the impact begin? Nobody has said yet.
attention-no-tech-lead = Nobody leads the technical work yet.
attention-no-communications = Nobody speaks for the incident yet: there is no communications manager.
attention-offer-waits = Command is offered to { $person }, who has not answered.
attention-role-offered = { $person } offers you to take over as { $role }.
attention-i-take-over = You take over as { $role }: { $at }.
attention-plan-due = { $person } was to take over as { $role }: { $at }.
attention-edit-times = Edit times
attention-choose-service = Choose service
attention-assign-role = Assign a role

## Response rail
steps-title = Response
step-declared = Declared
step-command = In command
step-assessed = Assessed
step-roles = Roles given
step-resolved = Resolved
step-closed = Closed
step-state = { $state ->
    [done] (done)
    [now] (next)
   *[open] (later)
  }
step-missing = missing: { $what }
step-missing-service = service
step-missing-start = impact start
step-assessed-done = service and start known
step-roles-count = { $count ->
    [0] none yet
    [one] { $count } role
   *[other] { $count } roles
  }
next-service = Name the service
next-times = Set impact start
next-roles = Assign a role
next-resolve = Resolve
next-close = Close

## People
side-title = People and facts
people-title = People
people-assign = Assign a role
people-members = Members
role-im = Incident manager
role-tech-lead = Tech lead
role-communications-manager = Communications manager
role-deputy = Deputy IM
role-other = Another role
role-form-role = Role
role-form-own = Name of the role
role-form-person = Who
role-form-submit = Assign
duty-tech-lead = Forms theories, decides on changes, leads the technical team and works closely with the IM.
duty-communications-manager = Writes and sends every message, inside and outside.
duty-deputy = Another qualified IM: keeps the timeline and stands in.
duty-im = Leads the response: one voice that decides, and hands out the work.
task-im-1 = Open room, call and document, and bring everybody there.
task-im-2 = Give out tech lead and communications manager.
task-im-3 = Ask aloud for observations, theories and decisions, and have them written down.
task-im-4 = See that the next update comes when it was promised.
task-tech-lead-1 = Gather what was seen, and say what of it is confirmed.
task-tech-lead-2 = Name the theories, and test the likeliest first.
task-tech-lead-3 = Agree each change to production with the IM before it is made.
task-tech-lead-4 = Say who works on what, and whom else you need.
task-communications-manager-1 = Send the first messages, inside and outside, once the incident is confirmed.
task-communications-manager-2 = Promise the next update in each message, and keep it.
task-communications-manager-3 = Say what is not known as plainly as what is.
task-communications-manager-4 = Bring back what customers and support report.
task-deputy-1 = Keep the timeline: what, who, when.
task-deputy-2 = Watch the clocks: next update, shifts, how long people are at it.
task-deputy-3 = Follow up what was promised in the call and is not done.
task-deputy-4 = Be ready to take command at any moment.
role-card-title = You are { $role }

## Seats
seat-nobody = Nobody
seat-planned = next: { $person }, { $at }
seat-menu = { $role }: { $person }
seat-hand-over = Hand over…
seat-unplan = Take back who is next
seat-end = No longer has this role
seat-accept = Accept: { $role }

## Brief
brief-open = Brief
brief-read = Read the brief
brief-title = Brief
brief-description = Made from the record, as it stands on this computer.
brief-since = for { $time }
brief-unsent = { $count ->
    [one] { $count } change of this computer has not been sent, so others do not have it.
   *[other] { $count } changes of this computer have not been sent, so others do not have them.
  }
brief-impact = Impact
brief-unknown = not known: { $what }
brief-firing = { $count ->
    [one] { $count } alert fires
   *[other] { $count } alerts fire
  }
brief-observations = Last seen
brief-decisions = Last decided
brief-changes = Changes to production
brief-revert = back: { $how }
brief-workstreams = Being worked on
brief-people = Who is at it
brief-came = called in
brief-for = { $time }
duty-other = Say in its name what it does.

## Facts
facts-title = Facts
facts-declared = Declared
facts-no-description = No description yet
facts-edit-description = Edit the description
facts-edit-service = Change the faulty service
facts-no-products = none named
facts-add-product = Add a product
facts-remove-product = { $product } is not affected
times-title = Times
times-impact-start = Impact start
times-detected = Detected
times-impact-end = Impact end
times-goes-on = goes on
times-ttd-long = Time to detect: impact start → detected
times-ttr-long = Time to restore: impact start → impact end
incident-pages = Pages
incident-no-pages = Nobody was paged.

## Dialogs
resolve-title = Resolve the incident
resolve-description = Resolved means: the impact on customers is over, and none is imminent. What is left is cleaning up.
resolve-no-end = Impact end is empty: the time to restore cannot be told, and it may not be over.
resolve-future-end = Impact end lies in the future: is it really over?
resolve-lasted = The impact lasted { $time }.
resolve-submit = Resolve
hand-over-title = Hand over command
hand-over-description = You stay in command until they accept.
hand-over-to = To whom
hand-over-submit = Offer command
hand-over-role-title = Hand over: { $role }
hand-over-role-description = Whoever has it keeps it until the other accepts.
hand-over-later-description = Both are reminded when the time comes; until then nothing changes.
hand-over-when = When
hand-over-now = Now: they are asked to accept
hand-over-later = Later, at a time
hand-over-from = From when
hand-over-offer = Offer
hand-over-plan = Plan
hand-over-brief = The brief that they read
replace-title = Replace { $person }
replace-description = For an IM who cannot be reached. You take command at once, and everybody is told why.
replace-submit = Take command
reopen-title = Reopen the incident
reopen-description = The reason goes onto the timeline.
false-alarm-title = It was a false alarm
false-alarm-description = Pages stop and figures leave it out. The reason goes onto the timeline.
false-alarm-submit = Close as false alarm
severity-dialog-title = Change or confirm severity
severity-dialog-description = The team sees the change on the timeline.
severity-dialog-keep = Keep it
severity-dialog-page = Save and page

## Alerts
incident-alerts = Alerts
alert-firing = firing
alert-over = over
alert-acknowledged = acknowledged there
alert-source-count = { $source } · { $count } firing
alert-since = since { $at }
alert-until = until { $at }
alert-reports = reported { $count } times
alert-use-start = Use as impact start
alert-copy-link = Copy link

## The six questions
questions-title = Six questions
questions-open = { $count ->
    [one] 1 not answered
   *[other] { $count } not answered
  }
questions-all = all answered
question-side = Who is hit?
question-seen = What do they see?
question-extent = How many?
question-since = Since when?
question-cases = Support cases?
question-else = Anything else?
question-else-hint = social media, security, loss of data
question-unanswered = not answered
question-take-back = Take it back
question-said = { $at } · { $person }
side-outside = customers outside
side-inside = people inside
side-both = both
side-none = nobody
extent-one = one
extent-some = some
extent-all = all
step-questions = { $count ->
    [one] 1 question open
   *[other] { $count } questions open
  }
