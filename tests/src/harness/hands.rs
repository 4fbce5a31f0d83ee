//! Hands on keyboard and mouse that count what they do.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::Result;
use thirtyfour::{Key, TypingData};

use super::desk::SOON;
use super::screen::Screen;

/// A typist of 40 words a minute with five key strokes a word: 200 strokes a minute.
const STROKE: Duration = Duration::from_millis(300);

/// Somebody at a window.
#[derive(Debug)]
pub struct Hands<'a> {
    screen: &'a Screen,
    keys: AtomicU32,
    clicks: AtomicU32,
}

impl<'a> Hands<'a> {
    /// Hands that have done nothing yet.
    pub fn at(screen: &'a Screen) -> Self {
        Self { screen, keys: AtomicU32::new(0), clicks: AtomicU32::new(0) }
    }

    /// The window.
    pub fn screen(&self) -> &Screen {
        self.screen
    }

    /// Presses one key, with others held down or not: one stroke.
    pub async fn press(&self, keys: impl Into<TypingData>) -> Result<()> {
        self.keys.fetch_add(1, Ordering::Relaxed);
        self.screen.keys(keys).await
    }

    /// Types a text where the focus is.
    pub async fn write(&self, text: &Text) -> Result<()> {
        self.keys.fetch_add(text.strokes, Ordering::Relaxed);
        self.screen.keys(text.text.as_str()).await
    }

    /// Presses Tab until an element has the focus.
    pub async fn tab_to(&self, id: &str) -> Result<()> {
        let pressed = self.screen.tab_to(id).await?;
        self.keys.fetch_add(pressed, Ordering::Relaxed);
        Ok(())
    }

    /// Clicks an element.
    pub async fn click(&self, id: &str) -> Result<()> {
        self.clicks.fetch_add(1, Ordering::Relaxed);
        self.screen.click(id).await
    }

    /// Key strokes so far.
    pub fn keys(&self) -> u32 {
        self.keys.load(Ordering::Relaxed)
    }

    /// Clicks so far.
    pub fn clicks(&self) -> u32 {
        self.clicks.load(Ordering::Relaxed)
    }

    /// How long the typist takes for the strokes so far.
    pub fn typing_time(&self) -> Duration {
        STROKE * self.keys()
    }
}

/// A text and what it costs to type.
#[derive(Clone, Debug)]
pub struct Text {
    text: String,
    strokes: u32,
}

impl Text {
    /// A text of which every character has its key.
    pub fn plain(text: &str) -> Self {
        let strokes = text.chars().map(|c| if c.is_ascii_uppercase() { 2 } else { 1 }).sum();
        Self { text: text.to_owned(), strokes }
    }

    /// Chinese words with the letters that an input method takes for them; choosing is one more key.
    /// The words reach the window as they leave the input method: finished.
    pub fn composed(words: &[(&str, &str)]) -> Self {
        let text = words.iter().map(|(word, _)| *word).collect();
        let letters = |letters: &str| u32::try_from(letters.len()).unwrap_or(u32::MAX) + 1;
        let strokes = words.iter().map(|(_, typed)| letters(typed)).sum();
        Self { text, strokes }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// What is filled in to declare.
#[derive(Clone, Debug)]
pub struct Declaration {
    /// What the emergency is.
    pub summary: Text,
    /// 1, 2 or 3.
    pub severity: u8,
    /// The beginning of the service's name; nothing when it is not known.
    pub service: Option<Text>,
    /// Impact on customers and how to reach who declares.
    pub description: Option<Text>,
}

impl Declaration {
    /// Fills in the form, by keyboard alone, from anywhere in the main window.
    pub async fn fill(&self, hands: &Hands<'_>) -> Result<()> {
        hands.press(Key::Control + "d").await?;
        hands.screen().focused("declare-summary").await?;
        hands.write(&self.summary).await?;
        // The number chooses as soon as the cards have the focus.
        hands.tab_to("declare-severity-1").await?;
        hands.press(self.severity.to_string()).await?;
        if let Some(service) = &self.service {
            hands.tab_to("declare-service").await?;
            hands.write(service).await?;
            hands.press(Key::Down + "").await?;
            hands.press(Key::Enter + "").await?;
        }
        if let Some(description) = &self.description {
            hands.tab_to("declare-description").await?;
            hands.write(description).await?;
        }
        Ok(())
    }

    /// Sends the form and waits for the incident, under the key that the form had promised; gives it.
    pub async fn send(hands: &Hands<'_>) -> Result<String> {
        let given = |key: &str| key.starts_with("HOT-");
        let key = hands.screen().reads("declare-key", "a key", SOON, given).await?;
        hands.press(Key::Control + Key::Enter).await?;
        hands.screen().reads("incident-key", &key, SOON, |shown| shown == key).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strokes_are_counted_as_fingers_make_them() {
        assert_eq!(Text::plain("No pay").strokes, 7);
        let words = Text::composed(&[("结账", "jiezhang"), ("失败", "shibai")]);
        assert_eq!((words.text(), words.strokes), ("结账失败", 16));
    }
}
