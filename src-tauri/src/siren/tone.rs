//! What the siren sounds like: two tones, a fourth apart, in groups of three with a rest. Urgent enough to
//! wake somebody, and unlike any other sound of a desktop.

use std::{f32::consts::TAU, num::NonZero, time::Duration};

/// Samples per second.
pub(super) const RATE: NonZero<u32> = match NonZero::new(44_100) {
    Some(rate) => rate,
    None => NonZero::<u32>::MIN,
};
/// One channel: every device has that.
pub(super) const CHANNELS: NonZero<u16> = NonZero::<u16>::MIN;

/// The two tones in hertz.
const LOW: f32 = 740.0;
const HIGH: f32 = 988.0;
/// How long one of them lasts.
const TONE: Duration = Duration::from_millis(220);
/// Rise and fall of a tone: without them it clicks.
const EDGE: Duration = Duration::from_millis(8);

/// How loud the siren is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loudness {
    /// A page rings and nobody here has answered it.
    Loud,
    /// This desktop answered, and the server has not confirmed it: a reminder, not an alarm.
    Quiet,
}

impl Loudness {
    /// Pairs of tones in one round, their amplitude, and the rest after them.
    const fn shape(self) -> (usize, f32, Duration) {
        match self {
            Self::Loud => (6, 0.8, Duration::from_millis(1_400)),
            Self::Quiet => (1, 0.15, Duration::from_secs(8)),
        }
    }
}

/// How long a round sounds before its rest, in the quiet shape.
pub(super) const fn once() -> Duration {
    Duration::from_millis(TONE.as_millis() as u64 * 2)
}

/// One round of samples, rest included; it is played over and over.
pub(super) fn round(loudness: Loudness) -> Vec<f32> {
    let (pairs, amplitude, rest) = loudness.shape();
    let mut samples = Vec::with_capacity(count(TONE) * pairs * 2 + count(rest));
    for _ in 0..pairs {
        for pitch in [LOW, HIGH] {
            tone(&mut samples, pitch, amplitude);
        }
    }
    samples.resize(samples.len() + count(rest), 0.0);
    samples
}

fn tone(samples: &mut Vec<f32>, pitch: f32, amplitude: f32) {
    let (length, edge) = (count(TONE), count(EDGE));
    for index in 0..length {
        let from_end = index.min(length - index) as f32;
        let envelope = (from_end / edge as f32).min(1.0);
        let phase = TAU * pitch * index as f32 / RATE.get() as f32;
        // The third partial makes it carry through a door.
        let wave = 0.8 * phase.sin() + 0.2 * (3.0 * phase).sin();
        samples.push(amplitude * envelope * wave);
    }
}

/// How many samples a time has.
fn count(time: Duration) -> usize {
    (time.as_secs_f64() * f64::from(RATE.get())) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loudest(samples: &[f32]) -> f32 {
        samples.iter().fold(0.0, |most, sample| most.max(sample.abs()))
    }

    /// Zero crossings upwards per second: the pitch of a clean tone.
    fn pitch(samples: &[f32]) -> f32 {
        let crossings = samples.windows(2).filter(|pair| pair[0] <= 0.0 && pair[1] > 0.0).count();
        crossings as f32 * RATE.get() as f32 / samples.len() as f32
    }

    #[test]
    fn it_never_distorts_and_quiet_is_quiet() {
        let (loud, quiet) = (round(Loudness::Loud), round(Loudness::Quiet));
        assert!(loudest(&loud) > 0.5 && loudest(&loud) <= 1.0, "{}", loudest(&loud));
        assert!(loudest(&quiet) < loudest(&loud) / 4.0);
    }

    #[test]
    fn it_has_two_tones_without_clicks() {
        let round = round(Loudness::Loud);
        let one = count(TONE);
        let (low, high) = (pitch(&round[..one]), pitch(&round[one..2 * one]));
        assert!((low - LOW).abs() < 10.0 && (high - HIGH).abs() < 10.0, "{low} {high}");
        assert!(round[0].abs() < 0.01 && round[one].abs() < 0.01);
        assert!(round.last().is_some_and(|sample| *sample == 0.0), "a round ends in its rest");
    }
}
