//! The siren. It sounds from here, not from a web view, and says when it cannot.
//!
//! A sound device is opened when a page rings and closed when none does, on a thread of its own: the
//! device that counts is the one that is there at that moment, and opening one may take its time.

mod tone;

use std::{sync::mpsc, thread, time::Duration};

use firebell_client::host::CannotShow;
use rodio::{DeviceSinkBuilder, MixerDeviceSink, Player, Source, buffer::SamplesBuffer};
use tokio::sync::oneshot;

pub use tone::Loudness;

/// Orders that wait for the siren; more are refused rather than queued.
const WAITING: usize = 16;

/// How long a sound device may take to open.
const PATIENCE: Duration = Duration::from_secs(5);

type Played = Result<(), CannotShow>;

enum Order {
    Sound(Loudness, oneshot::Sender<Played>),
    Try(oneshot::Sender<Played>),
    Stop,
}

/// The siren of this program.
#[derive(Clone)]
pub struct Siren {
    orders: Option<mpsc::SyncSender<Order>>,
}

impl Siren {
    /// A siren on the system's default sound device; on none at all when `FIREBELL_SOUND` is `off`.
    #[must_use]
    pub fn new() -> Self {
        if is_muted() {
            tracing::info!("FIREBELL_SOUND=off: the siren plays to nowhere");
            return Self { orders: None };
        }
        let (orders, taken) = mpsc::sync_channel(WAITING);
        let started = thread::Builder::new().name("siren".into()).spawn(move || keep(&taken));
        if let Err(error) = started {
            // The channel has no receiver now, so every order answers "no sound".
            tracing::error!(%error, "no thread for the siren");
        }
        Self { orders: Some(orders) }
    }

    /// Sounds until [`Siren::stop`], at this loudness from now on.
    ///
    /// # Errors
    /// [`CannotShow::NoSound`] when no device could be opened.
    pub async fn sound(&self, loudness: Loudness) -> Played {
        self.order(|reply| Order::Sound(loudness, reply)).await
    }

    /// Sounds once, briefly, so that a person can hear that it would.
    ///
    /// # Errors
    /// [`CannotShow::NoSound`] when no device could be opened.
    pub async fn try_out(&self) -> Played {
        self.order(Order::Try).await
    }

    /// Silence.
    pub fn stop(&self) {
        if let Some(orders) = &self.orders {
            // A full queue means that the thread hangs in a driver; it cannot be heard then either.
            let _ = orders.try_send(Order::Stop);
        }
    }

    async fn order(&self, order: impl FnOnce(oneshot::Sender<Played>) -> Order) -> Played {
        let Some(orders) = &self.orders else {
            tracing::info!("siren: played to the null sink");
            return Ok(());
        };
        let (reply, played) = oneshot::channel();
        orders.try_send(order(reply)).map_err(|_| no_sound("the sound thread does not answer"))?;
        match tokio::time::timeout(PATIENCE, played).await {
            Ok(Ok(played)) => played,
            Ok(Err(_)) => Err(no_sound("the sound thread ended")),
            Err(_) => Err(no_sound("the sound device does not answer")),
        }
    }
}

impl Default for Siren {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether the siren plays to nowhere, as tests want it.
#[must_use]
pub fn is_muted() -> bool {
    std::env::var_os("FIREBELL_SOUND").is_some_and(|value| value == "off")
}

/// Whether a sound device could be opened now. Makes no sound.
///
/// # Errors
/// [`CannotShow::NoSound`] with the reason of the platform.
pub fn probe() -> Played {
    if is_muted() { Ok(()) } else { open().map(drop) }
}

/// What sounds now. Dropping it is silence.
struct Sounding {
    loudness: Loudness,
    _player: Player,
    _device: MixerDeviceSink,
}

fn keep(orders: &mpsc::Receiver<Order>) {
    let mut sounding: Option<Sounding> = None;
    while let Ok(order) = orders.recv() {
        match order {
            Order::Stop => sounding = None,
            Order::Sound(loudness, reply) => {
                if sounding.as_ref().is_some_and(|now| now.loudness == loudness) {
                    let _ = reply.send(Ok(()));
                    continue;
                }
                // One device at a time: some cannot be opened twice.
                sounding = None;
                let played = start(loudness).map(|started| sounding = Some(started));
                let _ = reply.send(played);
            }
            Order::Try(reply) if sounding.is_some() => {
                let _ = reply.send(Ok(()));
            }
            Order::Try(reply) => {
                let played = start(Loudness::Quiet);
                let length = tone::once().min(Duration::from_secs(2));
                let _ = reply.send(played.as_ref().map(drop).map_err(Clone::clone));
                if played.is_ok() {
                    thread::sleep(length);
                }
            }
        }
    }
}

fn start(loudness: Loudness) -> Result<Sounding, CannotShow> {
    let device = open()?;
    let player = Player::connect_new(device.mixer());
    let round = SamplesBuffer::new(tone::CHANNELS, tone::RATE, tone::round(loudness));
    player.append(round.repeat_infinite());
    Ok(Sounding { loudness, _player: player, _device: device })
}

fn open() -> Result<MixerDeviceSink, CannotShow> {
    let mut device = DeviceSinkBuilder::open_default_sink().map_err(|error| {
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        no_sound(&cause.map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}")))
    })?;
    device.log_on_drop(false);
    Ok(device)
}

fn no_sound(why: &str) -> CannotShow {
    CannotShow::NoSound(why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_siren_whose_thread_ended_says_so() {
        let (orders, taken) = mpsc::sync_channel(WAITING);
        drop(taken);
        let siren = Siren { orders: Some(orders) };
        let played = tauri::async_runtime::block_on(siren.sound(Loudness::Loud));
        assert!(matches!(played, Err(CannotShow::NoSound(_))), "{played:?}");
        siren.stop();
    }

    #[test]
    fn a_muted_siren_plays_to_nowhere() {
        let siren = Siren { orders: None };
        assert_eq!(tauri::async_runtime::block_on(siren.sound(Loudness::Loud)), Ok(()));
        assert_eq!(tauri::async_runtime::block_on(siren.try_out()), Ok(()));
    }

    #[test]
    fn a_machine_either_opens_a_device_or_says_why_not() {
        match open() {
            Ok(_) => {}
            Err(CannotShow::NoSound(why)) => assert!(!why.is_empty()),
            Err(other) => panic!("{other}"),
        }
    }
}
