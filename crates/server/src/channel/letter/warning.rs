//! The letter that warns of people who could not be rung.

use firebell_domain::readiness::Doubt;
use fluent_bundle::FluentValue;

use super::{Letter, Lines, Part, instant};
use crate::channel::{Tongue, Unreached, Warning};

impl Letter {
    /// Writes a warning, in the reader's languages.
    pub(in crate::channel) fn of_warning(warning: &Warning) -> Self {
        Self::in_tongues(&warning.tongues, |tongue| lines(tongue, warning))
    }
}

fn lines(tongue: Tongue, warning: &Warning) -> Lines {
    let title = match warning.about.iter().any(|one| one.person.is_none()) {
        true => tongue.text("mail-unready-you", &[]),
        false => {
            let count = FluentValue::from(warning.about.len());
            tongue.text("mail-unready-others", &[("count", count)])
        }
    };
    let parts = warning.about.iter().map(|one| Part {
        paragraphs: std::iter::once(who(tongue, one))
            .chain(one.doubts.iter().map(|doubt| tongue.text(doubt_id(*doubt), &[])))
            .collect(),
        ..Part::default()
    });
    Lines { title, parts: parts.collect(), footer: tongue.text("mail-unready-why", &[]) }
}

fn who(tongue: Tongue, one: &Unreached) -> String {
    let schedule = ("schedule", FluentValue::from(one.schedule.clone()));
    let start = one.start.map(|start| ("start", FluentValue::from(instant(start))));
    let person = one.person.clone().map(|person| ("person", FluentValue::from(person)));
    let id = match (&person, &start) {
        (None, None) => "mail-unready-you-now",
        (None, Some(_)) => "mail-unready-you-from",
        (Some(_), None) => "mail-unready-person-now",
        (Some(_), Some(_)) => "mail-unready-person-from",
    };
    let args: Vec<_> = [Some(schedule), start, person].into_iter().flatten().collect();
    tongue.text(id, &args)
}

fn doubt_id(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::NotSeen => "mail-doubt-not-seen",
        Doubt::Left => "mail-doubt-left",
        Doubt::NoDesktop => "mail-doubt-no-desktop",
        Doubt::NoNotifications => "mail-doubt-no-notifications",
        Doubt::NoSound => "mail-doubt-no-sound",
        Doubt::Disturbed => "mail-doubt-disturbed",
        Doubt::NoAutostart => "mail-doubt-no-autostart",
        Doubt::NotTested => "mail-doubt-not-tested",
    }
}

#[cfg(test)]
mod tests {
    use firebell_domain::time::Timestamp;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn it_says_who_from_when_and_what_to_do_in_both_languages() {
        let one = |person: Option<&str>, start: Option<i64>| Unreached {
            person: person.map(str::to_owned),
            schedule: "Payments".to_owned(),
            start: start.map(Timestamp),
            doubts: vec![Doubt::NoSound, Doubt::NotTested],
        };
        let mut warning = Warning {
            id: Uuid::nil(),
            name: "Ana Ortiz".to_owned(),
            address: "ana@example.org".to_owned(),
            tongues: Tongue::ALL.to_vec(),
            about: vec![one(None, Some(1_700_000_000_000)), one(Some("Ben <b>"), None)],
        };
        let letter = Letter::of_warning(&warning);
        for words in
            ["Payments", "2023-11-14 22:13 UTC", "Ben <b>", "The siren cannot be heard", "警报"]
        {
            assert!(letter.text.contains(words), "{words} is missing in {}", letter.text);
        }
        assert!(letter.html.contains("Ben &lt;b&gt;") && !letter.text.contains("mail-"));
        let mine = letter.subject;
        warning.about.remove(0);
        assert_ne!(Letter::of_warning(&warning).subject, mine, "it is about somebody else");
        let all = [
            Doubt::NotSeen,
            Doubt::Left,
            Doubt::NoDesktop,
            Doubt::NoNotifications,
            Doubt::NoSound,
            Doubt::Disturbed,
            Doubt::NoAutostart,
            Doubt::NotTested,
        ];
        for (doubt, tongue) in
            all.iter().flat_map(|doubt| Tongue::ALL.map(|tongue| (doubt, tongue)))
        {
            assert!(!tongue.text(doubt_id(*doubt), &[]).contains("mail-"), "{doubt:?} {tongue:?}");
        }
    }
}
