//! Whether somebody can be rung: what desktops can do, and the way of a test page.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{incident::PersonRef, on_call::ShiftView, page::DeliveryView, session::NamedView};

/// `get_readiness`: whether this person can be rung, and who else, whom they answer for, cannot (N3).
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ReadinessView {
    /// What is doubtful about ringing this person, the worst first; nothing when all is well.
    pub doubts: Vec<DoubtView>,
    /// Their desktops, this one first.
    pub desktops: Vec<DesktopView>,
    /// Their current or next shift.
    pub shift: Option<ShiftView>,
    /// People on call now or soon who could not be rung, as far as this person has to know.
    pub unready: Vec<UnreadyView>,
}

/// Why somebody may not be rung.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DoubtView {
    /// No desktop of theirs was heard of lately.
    NotSeen,
    /// They left the company.
    Left,
    /// They have no desktop, and chose to be reached otherwise.
    NoDesktop,
    /// Nothing takes notifications.
    NoNotifications,
    /// The siren is off, or there is no sound device.
    NoSound,
    /// Do-not-disturb is on.
    Disturbed,
    /// Firebell does not start with the computer.
    NoAutostart,
    /// No test page was answered lately.
    NotTested,
}

/// A desktop of this person's.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DesktopView {
    /// Device id.
    pub id: String,
    /// What the computer calls itself.
    pub name: String,
    /// It is the one in front of them.
    pub this: bool,
    /// When it last looked at itself.
    pub checked_at: i64,
    /// What is doubtful about it.
    pub doubts: Vec<DoubtView>,
}

/// Somebody on call who could not be rung.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct UnreadyView {
    /// In which schedule.
    pub schedule: NamedView,
    /// Who.
    pub person: PersonRef,
    /// When their shift begins; in the past when it goes on now.
    pub start: i64,
    /// What fails.
    pub doubts: Vec<DoubtView>,
}

/// What a shell found out about its desktop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DesktopFacts {
    /// A notification daemon takes notifications.
    pub notifications: bool,
    /// The siren is wanted, and a sound device is there.
    pub sound: bool,
    /// Do-not-disturb is off; none where the desktop does not say.
    pub undisturbed: Option<bool>,
    /// The program starts with the computer.
    pub autostart: bool,
}

/// `get_test_walk`: how far the last test page of this run of the program got, hop by hop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TestWalkView {
    /// When it was asked for.
    pub began_at: i64,
    /// Every hop, in order.
    pub hops: Vec<HopView>,
    /// How far it got by each other channel of this person's.
    pub ways: Vec<DeliveryView>,
    /// One of these did not get there.
    pub ways_failed: bool,
    /// Every hop that this desktop can tell of was passed; the other channels are beside it.
    pub passed: bool,
    /// Nothing more is waited for.
    pub over: bool,
}

/// One hop on the way of a test page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HopView {
    /// Which.
    pub hop: Hop,
    /// How it stands.
    pub state: HopState,
    /// When it was passed or failed.
    pub at: Option<i64>,
    /// What the platform says about a failure; empty otherwise.
    pub detail: String,
}

/// The way of a test page, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Hop {
    /// The server was reached.
    Server,
    /// It wrote the page, and the page is here.
    Written,
    /// The ring came in.
    Ring,
    /// The notification daemon took it.
    Notification,
    /// The siren sounded.
    Sound,
    /// The page window was shown.
    Window,
    /// The server has the receipt.
    Receipt,
}

/// How a hop stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum HopState {
    /// Not yet.
    Waiting,
    /// Done.
    Passed,
    /// It did not work.
    Failed,
    /// This host does not tell: a browser, or a desktop whose siren is switched off.
    Untold,
}
