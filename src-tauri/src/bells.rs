//! Which pages ring on this desktop and what each needs now: pure, so that it can be told a story.
//!
//! [`crate::ringing`] does what a [`Plan`] says.

use std::time::{Duration, Instant};

use firebell_client::host::Ring;
use uuid::Uuid;

use crate::siren::Loudness;

/// How often a page is shown again until somebody answers.
pub(crate) const REPEAT: Duration = Duration::from_secs(30);
/// How often at most: after an hour nobody sits here, and the server has gone on long ago.
const REPEATS: u32 = 120;
/// How many pages have a notification of their own at once: more would bury the screen. A storm is one ringing
/// with a list, which is in the main window.
const MOST: usize = 8;
/// How many page windows are open at once, and how many notifications are shown again and again; the main
/// window lists the rest.
pub(crate) const WINDOWS: usize = 3;
/// How many pages ring at all; the oldest goes first.
const KEPT: usize = 1_000;

/// One page that rings.
#[derive(Debug, Clone)]
struct Bell {
    ring: Ring,
    quiet: bool,
    due: Instant,
    left: u32,
}

impl Bell {
    /// It makes itself heard, and takes the screen.
    fn is_loud(&self) -> bool {
        !self.quiet && !self.ring.silently
    }
}

/// All of them, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Bells(Vec<Bell>);

/// What the desktop has to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Show these notifications, in the place of the page's earlier one.
    pub(crate) notify: Vec<Ring>,
    /// Take these notifications away.
    pub(crate) close: Vec<Uuid>,
    /// See that these page windows are open and on top.
    pub(crate) windows: Vec<Uuid>,
    /// There are more pages than windows: see that the main window, which lists them, can be seen.
    pub(crate) list: bool,
    /// What the siren does from now on; `None` is silence.
    pub(crate) siren: Option<Loudness>,
    /// Ask for the person's attention on the task bar.
    pub(crate) attention: bool,
}

impl Bells {
    /// A page rings. Shown once for each step, however often it is sent.
    pub(crate) fn ring(&mut self, ring: Ring, now: Instant) -> Plan {
        let known = self.0.iter_mut().find(|bell| bell.ring.page == ring.page);
        match known {
            // What came silently may have become loud within its step.
            Some(bell)
                if bell.ring.step >= ring.step
                    && !bell.quiet
                    && bell.ring.silently <= ring.silently =>
            {
                return self.plan(Vec::new());
            }
            Some(bell) => {
                // A later step, or a refused acknowledgement: loud again.
                *bell = Bell::new(ring.clone(), now);
            }
            None => {
                if self.0.len() == KEPT {
                    let oldest = self.0.remove(0);
                    let mut plan = self.ring(ring, now);
                    plan.close.push(oldest.ring.page);
                    return plan;
                }
                self.0.push(Bell::new(ring.clone(), now));
            }
        }
        self.plan(vec![ring])
    }

    /// A page needs no ringing any more, or only a reminder (`quietly`).
    pub(crate) fn silence(&mut self, page: Uuid, quietly: bool) -> Plan {
        if quietly {
            if let Some(bell) = self.0.iter_mut().find(|bell| bell.ring.page == page) {
                bell.quiet = true;
            }
        } else {
            self.0.retain(|bell| bell.ring.page != page);
        }
        let mut plan = self.plan(Vec::new());
        // Its button is of no use any more in either case.
        plan.close.push(page);
        plan
    }

    /// Time has passed: shows again what is due.
    pub(crate) fn repeat(&mut self, now: Instant) -> Plan {
        let mut again = Vec::new();
        let mut ended = Vec::new();
        self.0.retain_mut(|bell| {
            if bell.due > now {
                return true;
            }
            if bell.left == 0 {
                ended.push(bell.ring.page);
                return false;
            }
            bell.left -= 1;
            bell.due = now + REPEAT;
            // What came silently stands in the list of notices; shown again it would pop up.
            if bell.is_loud() {
                again.push(bell.ring.clone());
            }
            true
        });
        let first: Vec<_> = self.first(WINDOWS).collect();
        again.retain(|ring| first.contains(&ring.page));
        let mut plan = self.plan(again);
        // A notification of a page that nobody answered stays: it is the only trace on the screen.
        if !ended.is_empty() {
            tracing::warn!(pages = ?ended, "nobody answered for an hour; ringing ends here");
        }
        plan.attention |= !plan.notify.is_empty();
        plan
    }

    /// When [`Bells::repeat`] has something to do.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.0.iter().map(|bell| bell.due).min()
    }

    /// The incident of a page that rings.
    pub(crate) fn incident(&self, page: Uuid) -> Option<Uuid> {
        self.0.iter().find(|bell| bell.ring.page == page).map(|bell| bell.ring.incident)
    }

    /// What the siren does while these pages ring.
    pub(crate) fn siren(&self) -> Option<Loudness> {
        if self.0.iter().any(Bell::is_loud) {
            return Some(Loudness::Loud);
        }
        let reminds = self.0.iter().any(|bell| bell.quiet && !bell.ring.silently);
        reminds.then_some(Loudness::Quiet)
    }

    /// The oldest that did not come silently: they escalate first.
    fn first(&self, many: usize) -> impl Iterator<Item = Uuid> {
        self.0.iter().filter(|bell| !bell.ring.silently).take(many).map(|bell| bell.ring.page)
    }

    fn plan(&self, mut notify: Vec<Ring>) -> Plan {
        let siren = self.siren();
        let loud = notify.iter().filter(|ring| !ring.silently);
        let mut windows: Vec<_> = loud.map(|ring| ring.page).collect();
        let attention = !windows.is_empty();
        let first: Vec<_> = self.first(WINDOWS).collect();
        windows.retain(|page| first.contains(page));
        let list = attention && self.first(WINDOWS + 1).count() > WINDOWS;
        let noticed: Vec<_> = self.first(MOST).collect();
        notify.retain(|ring| ring.silently || noticed.contains(&ring.page));
        Plan { attention, notify, close: Vec::new(), windows, list, siren }
    }
}

impl Bell {
    fn new(ring: Ring, now: Instant) -> Self {
        Self { ring, quiet: false, due: now + REPEAT, left: REPEATS }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(page: u128, step: u32) -> Ring {
        Ring {
            page: Uuid::from_u128(page),
            step,
            incident: Uuid::from_u128(page + 1_000),
            severity: 1,
            title: format!("HOT-{page}"),
            body: "Checkout fails".into(),
            acknowledge_label: "Acknowledge".into(),
            open_label: "Open".into(),
            exercise: false,
            silently: false,
        }
    }

    fn silent(page: u128, step: u32) -> Ring {
        Ring { silently: true, ..ring(page, step) }
    }

    fn id(page: u128) -> Uuid {
        Uuid::from_u128(page)
    }

    #[test]
    fn a_page_rings_on_every_surface_at_once_and_again_until_it_is_answered() {
        let start = Instant::now();
        let mut bells = Bells::default();
        let first = bells.ring(ring(1, 0), start);
        assert_eq!(first.notify, [ring(1, 0)]);
        assert_eq!((first.windows, first.siren), (vec![id(1)], Some(Loudness::Loud)));
        assert!(first.attention && !first.list);

        let mut now = start;
        for _ in 0..5 {
            now += REPEAT - Duration::from_millis(1);
            assert_eq!(bells.repeat(now).notify, []);
            now += Duration::from_millis(1);
            let again = bells.repeat(now);
            assert_eq!((again.notify.len(), again.windows), (1, vec![id(1)]));
        }
        let answered = bells.silence(id(1), false);
        assert_eq!((answered.close, answered.siren), (vec![id(1)], None));
        assert_eq!((bells.next(), bells.repeat(now + REPEAT)), (None, Plan::default()));
    }

    #[test]
    fn the_same_step_is_shown_once_and_the_next_step_again() {
        let now = Instant::now();
        let mut bells = Bells::default();
        bells.ring(ring(1, 0), now);
        assert_eq!(bells.ring(ring(1, 0), now).notify, []);
        assert_eq!(bells.ring(ring(1, 1), now).notify, [ring(1, 1)]);
        assert_eq!(bells.ring(ring(1, 0), now).notify, [], "an old step comes too late");
    }

    #[test]
    fn an_unconfirmed_answer_drops_to_a_quiet_reminder_and_a_refused_one_is_loud_again() {
        let now = Instant::now();
        let mut bells = Bells::default();
        bells.ring(ring(1, 0), now);
        let quiet = bells.silence(id(1), true);
        assert_eq!((quiet.siren, quiet.close), (Some(Loudness::Quiet), vec![id(1)]));
        let reminder = bells.repeat(now + REPEAT);
        assert_eq!((reminder.notify.len(), reminder.siren), (0, Some(Loudness::Quiet)));
        let refused = bells.ring(ring(1, 0), now + REPEAT);
        assert_eq!((refused.notify.len(), refused.siren), (1, Some(Loudness::Loud)));
    }

    #[test]
    fn one_answered_page_does_not_silence_another() {
        let now = Instant::now();
        let mut bells = Bells::default();
        bells.ring(ring(1, 0), now);
        bells.ring(ring(2, 0), now);
        assert_eq!(bells.silence(id(1), false).siren, Some(Loudness::Loud));
        assert_eq!(bells.silence(id(2), true).siren, Some(Loudness::Quiet));
        assert_eq!(bells.silence(id(2), false).siren, None);
    }

    #[test]
    fn a_storm_is_one_ringing_with_a_list() {
        let now = Instant::now();
        let mut bells = Bells::default();
        let (mut opened, mut noticed) = (Vec::new(), 0);
        for page in 1..=200 {
            let plan = bells.ring(ring(page, 0), now);
            assert_eq!(plan.list, page > WINDOWS as u128, "page {page}");
            assert!(plan.attention && plan.close.is_empty(), "page {page}");
            assert_eq!(plan.siren, Some(Loudness::Loud));
            opened.extend(plan.windows);
            noticed += plan.notify.len();
        }
        assert_eq!((opened.len(), noticed, bells.0.len()), (WINDOWS, MOST, 200));
        let again = |plan: Plan| plan.notify.iter().map(|ring| ring.page).collect::<Vec<_>>();
        assert_eq!(again(bells.repeat(now + REPEAT)), [1, 2, 3].map(id));
        // Whoever answers one comes to the next; the last one rings as long as it stands.
        for page in 1..200 {
            let plan = bells.silence(id(page), false);
            assert_eq!(plan.siren, Some(Loudness::Loud), "page {page}");
        }
        assert_eq!(again(bells.repeat(now + REPEAT * 2)), [id(200)]);
        for page in 201..=KEPT as u128 + 200 {
            bells.ring(ring(page, 0), now);
        }
        assert_eq!(bells.0.len(), KEPT);
    }

    #[test]
    fn in_quiet_hours_a_page_is_a_notification_and_nothing_else() {
        let now = Instant::now();
        let mut bells = Bells::default();
        let came = bells.ring(silent(1, 0), now);
        assert_eq!(came.notify, [silent(1, 0)]);
        assert_eq!((came.windows.len(), came.list, came.attention), (0, false, false));
        assert_eq!((came.siren, bells.repeat(now + REPEAT)), (None, Plan::default()));
        // The next step of it is silent too; acknowledged here, it reminds nobody.
        assert_eq!(bells.ring(silent(1, 1), now).notify, [silent(1, 1)]);
        assert_eq!(bells.silence(id(1), true).siren, None);
        // Another page that is loud is as loud as ever, and has its window.
        let loud = bells.ring(ring(2, 0), now);
        assert_eq!((loud.windows, loud.siren), (vec![id(2)], Some(Loudness::Loud)));
        assert!(loud.attention);
    }

    #[test]
    fn a_silent_page_becomes_loud_within_its_step_and_never_silent_again() {
        let now = Instant::now();
        let mut bells = Bells::default();
        bells.ring(silent(1, 0), now);
        assert_eq!(bells.ring(silent(1, 0), now).notify, [], "shown once");
        let raised = bells.ring(ring(1, 0), now);
        assert_eq!((raised.windows, raised.siren), (vec![id(1)], Some(Loudness::Loud)));
        assert_eq!(raised.notify, [ring(1, 0)]);
        assert_eq!(bells.ring(silent(1, 0), now).siren, Some(Loudness::Loud));
        assert_eq!(bells.repeat(now + REPEAT).notify, [ring(1, 0)]);
    }

    #[test]
    fn silent_pages_take_no_loud_page_s_window() {
        let now = Instant::now();
        let mut bells = Bells::default();
        for page in 1..=5 {
            bells.ring(silent(page, 0), now);
        }
        let loud = bells.ring(ring(6, 0), now);
        assert_eq!((loud.windows, loud.list), (vec![id(6)], false));
    }

    #[test]
    fn ringing_ends_by_itself_after_an_hour() {
        let mut now = Instant::now();
        let mut bells = Bells::default();
        bells.ring(ring(1, 0), now);
        let mut shown = 0;
        while let Some(due) = bells.next() {
            now = due;
            shown += bells.repeat(now).notify.len();
            assert!(shown <= REPEATS as usize);
        }
        assert_eq!(shown, REPEATS as usize);
        assert_eq!(bells.silence(id(9), false).siren, None);
    }
}
