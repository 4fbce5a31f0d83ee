//! Words that the server itself writes: e-mail and the small page of the acknowledge link (X1). They are
//! in the same catalogue as everybody's, `locales/<language>/channel.ftl`, compiled in.

use std::sync::LazyLock;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

type Bundle = FluentBundle<FluentResource>;

static ENGLISH: LazyLock<Bundle> =
    LazyLock::new(|| read("en", include_str!("../../../../locales/en/channel.ftl")));
static CHINESE: LazyLock<Bundle> =
    LazyLock::new(|| read("zh-Hans", include_str!("../../../../locales/zh-Hans/channel.ftl")));

/// The languages that there are words in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tongue {
    /// English.
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Tongue {
    /// Both, for whoever has not said which.
    pub const ALL: [Tongue; 2] = [Tongue::English, Tongue::Chinese];

    /// What a person chose; both when they have not.
    #[must_use]
    pub fn chosen(language: &str) -> Vec<Self> {
        match language {
            "en" => vec![Self::English],
            "zh-Hans" => vec![Self::Chinese],
            _ => Self::ALL.to_vec(),
        }
    }

    /// Its name in markup.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-Hans",
        }
    }

    /// A message of the catalogue. One that is missing is logged and answered by its id: an e-mail must
    /// go out, whatever is wrong with the catalogue.
    #[must_use]
    pub fn text(self, id: &str, args: &[(&'static str, FluentValue<'_>)]) -> String {
        let bundle: &Bundle = match self {
            Self::English => &ENGLISH,
            Self::Chinese => &CHINESE,
        };
        let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) else {
            tracing::error!(id, "no such message");
            return id.to_owned();
        };
        let mut values = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            values.set(*name, value.clone());
        }
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&values), &mut errors);
        if !errors.is_empty() {
            tracing::error!(id, ?errors, "message with wrong arguments");
        }
        text.into_owned()
    }
}

fn read(language: &str, file: &str) -> Bundle {
    let language: Option<LanguageIdentifier> = language.parse().ok();
    let mut bundle = FluentBundle::new_concurrent(language.into_iter().collect());
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(file.to_owned()).unwrap_or_else(|(read, errors)| {
        tracing::error!(?errors, "a file of the catalogue has faulty messages");
        read
    });
    if let Err(errors) = bundle.add_resource(resource) {
        tracing::error!(?errors, "messages stand twice in the catalogue");
    }
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_not_chosen_gets_both() {
        assert_eq!(Tongue::chosen(""), Tongue::ALL);
        assert_eq!(Tongue::chosen("zh-Hans"), [Tongue::Chinese]);
        assert_eq!(Tongue::chosen("en"), [Tongue::English]);
    }

    #[test]
    fn words_are_there_in_both() {
        let key = || [("key", FluentValue::from("HOT-7"))];
        for tongue in Tongue::ALL {
            let text = tongue.text("acknowledge-title", &key());
            assert!(text.contains("HOT-7") && text != "acknowledge-title", "{text}");
        }
    }
}
