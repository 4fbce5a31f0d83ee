//! Words that Rust itself shows: notifications, the tray, texts that cannot wait for a window.
//!
//! One catalogue serves the window and this: `locales/<language>/*.ftl`, compiled in, so that a page can
//! ring with nothing but this program running. Lines that the program writes on a timeline are *not* put
//! into words here: they travel as message ids, so that every reader sees their own language.

mod plain;
mod readiness;
mod ring;
mod swap;
#[cfg(test)]
mod tests;
mod topic;

use std::{borrow::Cow, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

use crate::api::session::Language;

pub use plain::{shortened, stripped};
pub use ring::RingWords;

/// The languages that there are words in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tongue {
    /// English.
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Tongue {
    /// The language that a person chose; `system` is what the operating system calls its own
    /// (`zh_CN.UTF-8`, `en-GB`), empty when it does not say.
    #[must_use]
    pub fn chosen(choice: Language, system: &str) -> Self {
        match choice {
            Language::English => Self::English,
            Language::Chinese => Self::Chinese,
            Language::System if system.to_ascii_lowercase().starts_with("zh") => Self::Chinese,
            Language::System => Self::English,
        }
    }

    /// What the environment calls the system's language, in the order that POSIX gives.
    #[must_use]
    pub fn system() -> String {
        ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(|name| std::env::var(name).ok())
            .find(|value| !value.is_empty())
            .unwrap_or_default()
    }
}

/// The catalogue in one language. A handle: cheap to make and to copy.
#[derive(Clone, Copy)]
pub struct Words {
    tongue: Tongue,
    bundle: &'static FluentBundle<FluentResource>,
}

/// Files of the catalogue that hold words used from here.
const ENGLISH: &[&str] = &[
    include_str!("../../../locales/en/paging.ftl"),
    include_str!("../../../locales/en/app.ftl"),
    include_str!("../../../locales/en/queue.ftl"),
    include_str!("../../../locales/en/oncall.ftl"),
    include_str!("../../../locales/en/readiness.ftl"),
    include_str!("../../../locales/en/document.ftl"),
    include_str!("../../../locales/en/timeline.ftl"),
    include_str!("../../../locales/en/incident.ftl"),
];
/// The same files in the same order.
const CHINESE: &[&str] = &[
    include_str!("../../../locales/zh-Hans/paging.ftl"),
    include_str!("../../../locales/zh-Hans/app.ftl"),
    include_str!("../../../locales/zh-Hans/queue.ftl"),
    include_str!("../../../locales/zh-Hans/oncall.ftl"),
    include_str!("../../../locales/zh-Hans/readiness.ftl"),
    include_str!("../../../locales/zh-Hans/document.ftl"),
    include_str!("../../../locales/zh-Hans/timeline.ftl"),
    include_str!("../../../locales/zh-Hans/incident.ftl"),
];

impl Words {
    /// The words of a person's choice, `System` read from the environment.
    #[must_use]
    pub fn of(choice: Language) -> &'static Words {
        Self::in_tongue(Tongue::chosen(choice, &Tongue::system()))
    }

    /// The same by value.
    #[must_use]
    pub fn new(choice: Language) -> Words {
        *Self::of(choice)
    }

    /// The words of a language.
    #[must_use]
    pub fn in_tongue(tongue: Tongue) -> &'static Words {
        type Bundle = LazyLock<FluentBundle<FluentResource>>;
        static EN: Bundle = LazyLock::new(|| read("en", ENGLISH));
        static ZH: Bundle = LazyLock::new(|| read("zh-Hans", CHINESE));
        static ENGLISH_WORDS: LazyLock<Words> =
            LazyLock::new(|| Words { tongue: Tongue::English, bundle: &EN });
        static CHINESE_WORDS: LazyLock<Words> =
            LazyLock::new(|| Words { tongue: Tongue::Chinese, bundle: &ZH });
        match tongue {
            Tongue::English => &ENGLISH_WORDS,
            Tongue::Chinese => &CHINESE_WORDS,
        }
    }

    /// Which language they are in.
    #[must_use]
    pub fn tongue(&self) -> Tongue {
        self.tongue
    }

    /// A message with its arguments. One that is missing is logged and answered by its id: a page must
    /// ring, whatever is wrong with the catalogue.
    #[must_use]
    pub fn text(&self, id: &str, args: &[(&str, Value<'_>)]) -> String {
        let pattern = self.bundle.get_message(id).and_then(|message| message.value());
        let Some(pattern) = pattern else {
            tracing::error!(id, "no such message");
            return id.to_owned();
        };
        let mut values = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            values.set(*name, value.to_fluent());
        }
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&values), &mut errors);
        if !errors.is_empty() {
            tracing::error!(id, ?errors, "message with wrong arguments");
        }
        text.into_owned()
    }

    /// Names one after another, as the language does it.
    #[must_use]
    pub fn list(&self, names: &[String]) -> String {
        names.join(match self.tongue {
            Tongue::English => ", ",
            Tongue::Chinese => "、",
        })
    }
}

fn read(language: &str, files: &[&str]) -> FluentBundle<FluentResource> {
    let language: Option<LanguageIdentifier> = language.parse().ok();
    let mut bundle = FluentBundle::new_concurrent(language.into_iter().collect());
    // Isolation marks would stand in notifications as boxes; neither language runs right to left.
    bundle.set_use_isolating(false);
    for file in files {
        let resource =
            FluentResource::try_new((*file).to_owned()).unwrap_or_else(|(read, errors)| {
                tracing::error!(?errors, "a file of the catalogue has faulty messages");
                read
            });
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(?errors, "messages stand twice in the catalogue");
        }
    }
    bundle
}

/// An argument of a message.
#[derive(Debug, Clone)]
pub enum Value<'a> {
    /// Words.
    Text(Cow<'a, str>),
    /// A count, for plural forms.
    Number(i64),
}

impl Value<'_> {
    fn to_fluent(&self) -> FluentValue<'_> {
        match self {
            Self::Text(text) => FluentValue::from(text.as_ref()),
            Self::Number(number) => FluentValue::from(*number),
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}
