### Words of the directory where it is edited: people, teams, services, products, schedules, escalation, IMOC.

## Sections
settings-workspace = Workspace
section-people = People
section-teams = Teams
section-services = Services
section-products = Products
section-schedules = Schedules
section-policies = Escalation
section-imoc = IMOC
section-alerts = Monitoring
section-maintenance = Maintenance

## Common to all lists
directory-name = Name
directory-retire = Retire
directory-restore = Use again
directory-retired = retired
directory-used-by = Used by { $names }
directory-put-aside = Put aside, not saved: { $name }.
directory-bring-back = Bring it back
directory-show-retired = { $count ->
    [one] Show { $count } that is no longer active
   *[other] Show { $count } that are no longer active
  }
directory-hide-retired = Hide what is no longer active
directory-empty-ask = Nothing here yet. An administrator adds it.
directory-may-not = Only administrators change the workspace. Your own phone, e-mail and zone are yours to keep right.
directory-take-out = Take out { $name }
directory-move-up = Move { $name } up
directory-move-down = Move { $name } down
directory-add-person = Add a person…
directory-zone-type = Type a city, such as Berlin
directory-zone-now = { $time } there now

## Setting up
setup-title = Set up on call
setup-about = Four steps, then a severe incident finds somebody.
setup-schedule = Schedule: who, when
setup-policy = Escalation: whom to ring
setup-service = Service: what can break
setup-imoc = IMOC: when nobody else is

## People
people-about = Everyone the record names. Who is added here has no account: they can be phoned, and no desktop rings for them.
people-about-invite = Everyone the record names. Invite those who are to be paged; whoever is only added here has no account, and can be phoned.
people-empty = Add the people who take part in incidents, with their phone numbers.
people-add = Add person
people-retire = Has left
people-restore = Is back
people-retired = left
people-no-account = no account
people-admin = administrator
person-name = Name
person-phone = Phone
person-phone-hint = For direct dial, when the server cannot page.
person-email = E-mail
person-zone = Time zone
person-admin = Administrator.
person-admin-hint = May change everything here, and invite others.
me-contact = How others reach you

## Invitation
invite-open = Invite
invite-about = The server makes a code. Whoever gets it connects to the server with it and makes an account.
invite-admin = They may change the workspace: an administrator.
invite-make = Make a code
invite-hand-on = Hand on both lines. The code is not shown again.
invite-once = Works once, until { $at }.

## Teams
teams-about = People who deliver a service together. An escalation step can ring all of a team.
teams-empty = Add a team when several people are to be rung at once, or to say who delivers a service.
teams-add = Add team
teams-members = Members
teams-nobody = nobody yet

## Services
services-about = What can be faulty. Whoever declares an incident names the service, and its escalation policy says who is paged.
services-empty = Add the services that you run, by the names that people use for them. Make an escalation policy first, and each can be given one at once.
services-add = Add service
services-name-hint = As people say it at night: payments-api.
services-policy = Escalation policy
services-policy-hint = Who is paged when this service is faulty.
services-policy-hint-nobody = Who is paged when this service is faulty. Without one nobody is, for there is no IMOC yet.
services-no-policy = Make one first
services-imoc = None: the IMOC is paged
services-nobody = None: nobody is paged
services-team = Team
services-no-team = No team
services-pages = pages { $policy }
services-pages-imoc = pages the IMOC
services-pages-nobody = pages nobody

## Products
products-about = What customers know by name. An incident says which of them are affected.
products-empty = Add what your customers would say is broken: “Web shop”, “Mobile app”.
products-add = Add product
products-name-hint = As customers know it.

## Schedules
schedules-about = Who is on call when: people in turn, who hand off at a local time.
schedules-empty = Add a schedule first: everything that pages somebody leads to one. You can be alone in it.
schedules-add = Add schedule
schedules-name-example = Payments on call
schedule-zone = Time zone of its hand-offs
schedule-people = In turn
schedule-people-hint = The first has the first turn. Somebody may stand here several times.
schedule-turn-days = One turn lasts
schedule-days = { $days ->
    [one] day
   *[other] days
  }
schedule-hours = { $hours ->
    [one] hour
   *[other] hours
  }
schedule-unit = Unit of the length
schedule-turn-next = The next turn lasts
schedule-turn-add = then another length
schedule-turn-remove = Remove this length
schedule-rotation = Rotation { $number }
schedule-rotation-add = Another rotation
schedule-rotation-remove = Remove this rotation
schedule-layer = Layer
schedule-layer-hint = 0 to 9. A higher layer goes before a lower one while it has somebody; rotations of one layer are on call together.
schedule-active = Only at these hours
schedule-active-add = Only at certain hours
schedule-active-from = From
schedule-active-until = Until
schedule-active-remove = Remove these hours
schedule-by-served = Days that are not served take nobody's turn (otherwise turns pass on by the calendar)
schedule-from = Takes effect
schedule-from-hint = Empty: at once. Who was on call before stays in the record.
schedule-holidays = Public holidays
schedule-holiday-day = Day
schedule-holiday-add = Holiday
schedule-holiday-remove = Remove
schedule-hand-off = Hands off at
schedule-first-day = First hand-off on
schedule-preview = Next shifts, if you save it so
schedule-preview-cannot = Fill in turn, time and day, and the next shifts stand here.
schedule-preview-zone = In your zone, { $zone }.

## Escalation policies
policies-about = Whom to ring, how long to wait, whom to ring then. After the last step comes the IMOC.
policies-empty = Add a policy that rings a schedule, and give it to your services.
policies-add = Add policy
policies-name-example = Payments
policy-step = Step { $step }
policy-rings = Rings
policy-add-target = Add a schedule, rotation, team, person, webhook or e-mail address…
policy-waits = Waits
policy-minutes = minutes, then goes on to the next step
policy-minutes-last = minutes; this is the last step
policy-add-step = Add step
policy-repeats = Starts over
policy-times = { $times ->
    [one] time after its last step
   *[other] times after its last step
  }
policy-repeats-hint = 0 to 9. Then the IMOC is rung.
policy-retries = Rings the same people again
policy-all = Each of them must acknowledge
policy-round-robin = Rings one of them, the next one at each page
policy-severities = Only for severity
policy-hours = Only at certain hours
policy-hours-outside = At all other hours
policy-hours-from = From
policy-hours-until = Until
policy-hours-zone = Time zone of these hours
policy-then = Then goes on with
policy-then-hint = Another policy, before the IMOC is rung.
policy-then-none = The IMOC
policy-doubt-gone = { $name } is not there any more: nothing reaches it.
policy-doubt-left = { $name } has left: nothing reaches them.
policy-doubt-no-way = { $name } has neither an account nor another way to be reached.
policy-doubt-empty = { $name }: nobody is in it in the next four weeks.
policy-doubt-out-of-reach = { $name }: nobody in it has an account or another way to be reached.
policy-doubt-retired = { $name } was retired. It still rings who is in it, but nobody looks after it.
policy-doubt-off = { $name } was retired: nothing is sent to it.
policy-doubt-nobody = This step reaches nobody. A page passes over it at once.
policy-doubt-never-severity = This step never goes: severity 3 pages nobody.
policy-doubt-never-hours = This step never goes: its hours never come.
policy-doubt-never-handed-off = The policy that goes on after this one is never reached: the steps before it are more than a page takes.
policy-doubt-hand-off-retired = The policy that goes on after this one was retired.
policy-doubt-hand-off-nobody = The policy that goes on after this one reaches nobody.
policy-more = More about this step
policy-no-schedule = There is no schedule yet, so only teams and people can be rung.
policy-make-schedule = Make a schedule
target-schedule = schedule
target-team = team
target-person = person
target-webhook = Webhook
target-email = E-mail address
target-rotation = Rotation

## IMOC
section-calls = Video calls
calls-about = Where people meet about an incident. “Start a call” gives it a link made like this, which opens in the browser; a link or a room of your own can be written instead in each incident.
calls-scheme = Link of a new call
calls-scheme-hint = {"{"}key{"}"} becomes the incident’s key, {"{"}id{"}"} a part that nobody guesses. Empty: the public service shown here.
imoc-about = The incident managers of the whole company: rung where a service has nobody of its own, and where nobody of its own answers.
imoc-policy = Escalation policy of the IMOC
imoc-policy-hint = A policy like any other; its first step usually rings a schedule of incident managers.
imoc-none = None
imoc-command-within = Somebody must take command within
imoc-command-minutes = minutes of an acknowledgement
imoc-command-hint = Otherwise the page rings again, from the first step on. 0 is never.
imoc-nobody = Without one, an incident without a service pages nobody.

## Severity scale
scale-about = In your organisation’s words. What you leave empty is said in Firebell’s.
scale-name = Name
scale-short = In a few words, for the form
scale-criteria = All criteria

## Monitoring
alerts-about = Monitoring systems that may declare incidents. What keeps firing is one incident, however often it is reported.
alerts-empty = Add the monitoring system that knows first when something breaks, then give it its token.
alerts-add = Add source
alerts-name-example = Prometheus
alerts-format = Format
alerts-format-alertmanager = Prometheus Alertmanager
alerts-format-events = PagerDuty Events v2
alerts-format-json = Plain JSON
alerts-service = Faulty service
alerts-severity = Severity
alerts-severity-hint = 1 and 2 page people. Rules below may say otherwise.
alerts-no-token = no token yet
alerts-rules = Rules
alerts-rules-hint = The first rule that fits counts. What fits none declares an incident with the service and severity above.
alerts-rule = Rule { $number }
alerts-rule-add = Add rule
alerts-rule-always = Without a condition it fits always.
alerts-condition-add = Add condition
alerts-label = Label
alerts-how = Comparison
alerts-value = Value
alerts-equals = is
alerts-prefix = begins with
alerts-contains = contains
alerts-ignore = Declare nothing
alerts-as-source = As the source
alerts-token = Token
alerts-token-save-first = Save the source first; then it can be given a token.
alerts-token-about = With a token the monitoring system is let in. It is shown once.
alerts-token-again = A new token puts the one before it out of use at once.
alerts-token-make = Make token
alerts-token-renew = Make a new token
alerts-token-shown = Copy it now: it is not shown again.
alerts-token-solo = This record is on this computer only: no monitoring system can reach it.

## Maintenance
maintenance-about = Announced work. Alerts inside are kept and declare nothing; at the end, what still fires is looked at again.
maintenance-empty = Add a window before work that will set off alerts.
maintenance-add = Add window
maintenance-reason = Reason
maintenance-reason-example = Database upgrade
maintenance-start = From
maintenance-end = Until
maintenance-services = Services
maintenance-all = All services
maintenance-add-service = Add a service
maintenance-now = now
maintenance-call-off = Call off
maintenance-restore = Let it stand again
maintenance-called-off = called off
## How somebody is reached, besides the ring of their desktop
person-language = Language of e-mail
person-language-both = Both
rules-title = Notification rules
rules-about = Desktops ring at once, whatever the rules say: they add other ways and take none away.
quiet-own = Quiet hours
quiet-about = In them a page of severity 2 comes to the desktop without sound and without the page window. Severity 1 rings at any hour, and nobody else is paged any later.
quiet-days = Quiet hours begin on
quiet-from = Quiet from
quiet-until = Quiet until
rule-said-quiet-rings = In quiet hours it rings all the same.
rule-said-quiet-silent = In quiet hours the desktop shows it without sound.
rules-own = Own rules instead of those for everybody
rule-add = Add a rule
rule-remove = Take this rule out
rule-by = Reached by
rule-desktop = desktop
rule-email = e-mail
rule-minutes = minutes later
rule-minutes-label = How many minutes later
rule-when = When
rule-always = always
rule-unreachable = if no desktop answers
rule-severity = For which severity
rule-severity-all = every severity
rule-severity-one = Severity { $severity }
rule-said-at-once = { $way } at once
rule-said-after = { $way } after { $minutes } min
rule-said-unreachable = { $way } if no desktop answers
rule-said-unreachable-after = { $way } { $minutes } min after no desktop answered
test-email = Test e-mail
test-email-hint = Shows that pages can reach this address.
test-email-send = Send me one
test-email-sent = Handed to the mail server for { $address }. Look whether it arrives.
channel-failed = It did not go: { $reason }

## Webhooks
section-webhooks = Webhooks
webhooks-about = Addresses that are called for pages: a phone gateway, a chat, a ticket system. Messages are signed.
webhooks-empty = Add one to have people called by phone. A gateway to start from comes with the server’s manual.
webhooks-add = Add webhook
webhooks-name-example = Phone gateway
webhooks-none = This server sends no webhooks: its operator has to give it a secret.
webhook-address = Address
webhook-address-hint = Everybody in the workspace can read it, so it holds no password. Plain http and addresses inside your network only as far as the operator allows.
webhook-test = Send a test
webhook-test-taken = The other side took it.
webhook-save-first = Save first: a test goes to what is saved.
webhook-secret-show = Show the signing secret
webhook-secret-about = The other side checks signatures with it. Whoever has it can forge pages: keep it where passwords are kept.
