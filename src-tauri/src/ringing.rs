//! Rings: notification, page window, siren and task bar, all at once. There is one way, whether the
//! window is focused, hidden, or the screen is locked: who is looked at when a page comes is not known.

use std::{sync::Arc, time::Instant};

use firebell_client::{
    api::{page::AcknowledgePage, readiness::Hop},
    host::{CannotShow, Ring, Shown},
};
use futures_util::future::join_all;
use tauri::{AppHandle, Manager};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use crate::{
    bells::{Bells, Plan},
    deep_link::Place,
    desk::Desk,
    notify::{Answer, Daemon, PageNotice, Shows},
    siren::{self, Loudness, Siren},
    windows,
};

/// Rings and silences that wait while one is being shown.
const WAITING: usize = 256;
/// Answers that wait.
const ANSWERS: usize = 32;

enum Order {
    Ring(Box<Ring>, oneshot::Sender<Result<Shown, CannotShow>>),
    Silence {
        page: Uuid,
        quietly: bool,
    },
    /// Whether the person wants to hear the siren may have changed.
    Listen,
    /// An ordinary notice in quiet hours.
    Murmur {
        title: String,
        body: String,
    },
}

/// Where the client's rings go.
#[derive(Clone)]
pub(crate) struct Ringing {
    orders: mpsc::Sender<Order>,
}

impl Ringing {
    /// Starts to listen for rings.
    pub(crate) fn start(app: &AppHandle) -> Self {
        let (orders, taken) = mpsc::channel(WAITING);
        let (answered, answers) = mpsc::channel(ANSWERS);
        let bench = Bench {
            app: app.clone(),
            daemon: Arc::new(Daemon::new(answered)),
            siren: app.state::<Siren>().inner().clone(),
            bells: Bells::default(),
            noticed: Ok(()),
        };
        tauri::async_runtime::spawn(bench.run(taken, answers));
        Self { orders }
    }

    /// Rings a page and says whether a person could notice it.
    pub(crate) async fn ring(&self, ring: Ring) -> Result<Shown, CannotShow> {
        let (reply, shown) = oneshot::channel();
        let order = Order::Ring(Box::new(ring), reply);
        let ended = |_| CannotShow::NoDaemon("the program is ending".into());
        self.orders.send(order).await.map_err(|_| ended(()))?;
        shown.await.map_err(|_| ended(()))?
    }

    /// A page needs no ringing any more.
    pub(crate) fn silence(&self, page: Uuid, quietly: bool) {
        self.order(Order::Silence { page, quietly });
    }

    /// Shows an ordinary notice without sound.
    pub(crate) fn murmur(&self, title: &str, body: &str) {
        self.order(Order::Murmur { title: title.to_owned(), body: body.to_owned() });
    }

    /// The person's preferences changed.
    pub(crate) fn listen(&self) {
        self.order(Order::Listen);
    }

    fn order(&self, order: Order) {
        if let Err(mpsc::error::TrySendError::Full(order)) = self.orders.try_send(order) {
            // More rings wait than a person could ever see; this one must not be lost.
            let orders = self.orders.clone();
            tauri::async_runtime::spawn(async move { orders.send(order).await });
        }
    }
}

/// Everything that rings, in one task: what it does happens in one order.
struct Bench {
    app: AppHandle,
    daemon: Arc<Daemon>,
    siren: Siren,
    bells: Bells,
    /// Whether the last notification could be seen: a page of a storm that has none of its own is in the list
    /// that the others lead to.
    noticed: Result<(), CannotShow>,
}

impl Bench {
    async fn run(mut self, mut orders: mpsc::Receiver<Order>, mut answers: mpsc::Receiver<Answer>) {
        loop {
            let due = self.bells.next();
            tokio::select! {
                order = orders.recv() => match order {
                    Some(Order::Ring(ring, reply)) => {
                        let plan = self.bells.ring(*ring, Instant::now());
                        let shown = self.follow(plan).await;
                        let _ = reply.send(shown);
                    }
                    Some(Order::Silence { page, quietly }) => {
                        let plan = self.bells.silence(page, quietly);
                        let _ = self.follow(plan).await;
                    }
                    Some(Order::Listen) => {
                        let siren = self.bells.siren();
                        let _ = self.sound(siren).await;
                    }
                    Some(Order::Murmur { title, body }) => {
                        // Apart from the rest: no page waits for it.
                        let daemon = Arc::clone(&self.daemon);
                        tauri::async_runtime::spawn(async move {
                            if let Err(error) = daemon.murmur(&title, &body).await {
                                tracing::warn!(%error, "an ordinary notice could not be shown");
                            }
                        });
                    }
                    None => return,
                },
                Some(answer) = answers.recv() => self.answer(answer),
                () = until(due) => {
                    let plan = self.bells.repeat(Instant::now());
                    if let Err(error) = self.follow(plan).await {
                        tracing::warn!(%error, "a page could not be shown again");
                    }
                }
            }
        }
    }

    /// Does what a plan says.
    async fn follow(&mut self, plan: Plan) -> Result<Shown, CannotShow> {
        plan.close.iter().for_each(|page| windows::page_is_over(&self.app, *page));
        self.open_windows(&plan);
        // At the same time: a sound device that hangs must not hold the notification up.
        let (sounded, shown) = tokio::join!(self.sound(plan.siren), self.show(&plan.notify));
        if plan.siren.is_some() && self.app.state::<Desk>().sound_wanted() {
            let heard = plan.notify.iter().filter(|ring| !ring.silently);
            heard.for_each(|ring| tell(&self.app, ring.page, Hop::Sound, &sounded));
        }
        join_all(plan.close.iter().map(|page| self.daemon.close(*page))).await;
        let noticed = if !plan.notify.is_empty() {
            self.noticed.clone_from(&shown);
            shown
        } else if plan.attention {
            self.noticed.clone()
        } else {
            Ok(())
        };
        // Said even when the other ways worked: the server tries another way for this person too.
        noticed.and(sounded)?;
        let held_back = !plan.notify.is_empty() && self.daemon.inhibited().await == Some(true);
        Ok(Shown { held_back })
    }

    /// Apart from the rest: opening a window waits for the main thread, and ringing must not.
    fn open_windows(&self, plan: &Plan) {
        if !plan.attention {
            return;
        }
        let (app, pages, list) = (self.app.clone(), plan.windows.clone(), plan.list);
        tauri::async_runtime::spawn_blocking(move || {
            for page in pages {
                windows::open_page(&app, page);
            }
            if list {
                windows::show_main_behind(&app);
            }
            windows::ask_attention(&app);
        });
    }

    /// All at once: a daemon that hangs holds up the next order for as long as one of them may take.
    async fn show(&self, rings: &[Ring]) -> Result<(), CannotShow> {
        let shown = rings.iter().map(|ring| async move {
            let shown = self.daemon.show(ring.page, &PageNotice::of(ring)).await;
            tell(&self.app, ring.page, Hop::Notification, &shown);
            if let Err(error) = &shown {
                tracing::error!(page = %ring.page, %error, "no notification of a page");
            }
            shown
        });
        join_all(shown).await.into_iter().collect()
    }

    async fn sound(&self, wanted: Option<Loudness>) -> Result<(), CannotShow> {
        let wanted = wanted.filter(|_| self.app.state::<Desk>().sound_wanted());
        let Some(loudness) = wanted else {
            self.siren.stop();
            return Ok(());
        };
        let sounded = self.siren.sound(loudness).await;
        if let Err(error) = &sounded {
            tracing::error!(%error, "the siren cannot be heard");
        }
        sounded
    }

    fn answer(&self, answer: Answer) {
        match answer {
            // The button names its effect, and a person pressed it: this acts.
            Answer::Acknowledge(page) => {
                let app = self.app.clone();
                tauri::async_runtime::spawn(async move { acknowledge(&app, page).await });
            }
            Answer::Open(page) => {
                match self.bells.incident(page).filter(|incident| *incident != page) {
                    Some(incident) => windows::go(&self.app, Place::Incident(incident.to_string())),
                    // A test page has no incident, and one that was answered meanwhile needs none.
                    None => windows::show_main(&self.app),
                }
            }
            // Put away is not answered: it comes back with the next repeat.
            Answer::Dismissed(page) => tracing::info!(%page, "a page's notification was put away"),
        }
    }
}

/// Says how one way of showing a page went, for a person who tests it.
fn tell(app: &AppHandle, page: Uuid, hop: Hop, how: &Result<(), CannotShow>) {
    if let Some(client) = app.state::<Desk>().client_now() {
        client.note_hop(page, hop, how.clone().map_err(|why| why.to_string()));
    }
}

/// Acknowledges by the notification's button; a failure opens the page window, which says why.
async fn acknowledge(app: &AppHandle, page: Uuid) {
    let args = AcknowledgePage { id: page.to_string(), take_command: false };
    let done = match app.state::<Desk>().client().await {
        Ok(client) => client.acknowledge_page(args).await,
        Err(error) => Err(error),
    };
    match done {
        // Whoever was called in by somebody, and comes, is brought to where the others are.
        Ok(page) if page.asked_by.is_some() => windows::go(app, Place::Joined(page.incident)),
        Ok(_) => {}
        Err(error) => {
            tracing::error!(%page, %error, "a page could not be acknowledged by its notification");
            windows::open_page(app, page);
        }
    }
}

/// Waits for an instant; for ever when there is none.
async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due.into()).await,
        None => std::future::pending().await,
    }
}

/// Sounds the siren briefly, for a person who wants to know.
pub(crate) async fn try_siren(siren: &Siren) -> Result<(), CannotShow> {
    siren.try_out().await
}

/// Whether the siren would be heard.
pub(crate) async fn probe_siren() -> Result<(), CannotShow> {
    let probed = tokio::task::spawn_blocking(siren::probe).await;
    probed.unwrap_or_else(|error| Err(CannotShow::NoSound(error.to_string())))
}
