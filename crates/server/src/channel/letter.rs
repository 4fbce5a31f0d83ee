//! What stands in an e-mail: subject, plain text and a simple HTML part.

mod warning;

use chrono::DateTime;
use firebell_domain::time::Timestamp;
use fluent_bundle::FluentValue;

use super::{
    link::Links,
    notice::{About, Notice, Told, one_line},
    words::Tongue,
};
use crate::markup::escape;

/// Longest subject in characters; some servers refuse long lines, and nobody reads them.
const MAX_SUBJECT: usize = 150;

/// An e-mail before it has an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

impl Letter {
    /// Writes what a notice says, in its languages; `links` say where its incidents can be opened.
    pub(super) fn of(notice: &Notice, links: Option<&Links>) -> Self {
        Self::in_tongues(&notice.tongues, |tongue| Lines::of(tongue, notice, links))
    }

    /// The same in each language, the first one's subject over all.
    fn in_tongues(tongues: &[Tongue], lines: impl Fn(Tongue) -> Lines) -> Self {
        let mut subject = String::new();
        let (mut text, mut html) = (Vec::new(), String::new());
        for tongue in tongues {
            let lines = lines(*tongue);
            if subject.is_empty() {
                subject.clone_from(&lines.title);
            }
            text.push(lines.text());
            html.push_str(&lines.html(*tongue));
        }
        let subject = one_line(&subject).chars().take(MAX_SUBJECT).collect();
        let html = format!(
            "<!doctype html>\n<html>\n<body style=\"font:16px/1.5 system-ui,sans-serif;\
             max-width:36em\">\n{html}</body>\n</html>\n"
        );
        Self { subject, text: text.join("\n--------\n\n"), html }
    }
}

/// One language of a letter.
struct Lines {
    title: String,
    parts: Vec<Part>,
    footer: String,
}

/// One page in a letter.
#[derive(Default)]
struct Part {
    /// Left out where the letter has no other page.
    heading: Option<String>,
    paragraphs: Vec<String>,
    button: Option<(String, String)>,
    until: Option<String>,
    open: Option<(String, String)>,
}

impl Lines {
    fn of(tongue: Tongue, notice: &Notice, links: Option<&Links>) -> Self {
        let many = notice.pages.len() > 1;
        let title = match notice.pages.as_slice() {
            [] => tongue.text("mail-test-subject", &[]),
            [one] => title(tongue, one),
            all => {
                let keys = all.iter().filter_map(|told| told.incident.as_ref()).map(|it| &*it.key);
                let keys = keys.collect::<Vec<_>>().join(" ");
                let count = FluentValue::from(all.len());
                let args = [("count", count), ("keys", FluentValue::from(keys))];
                tongue.text("mail-many-subject", &args)
            }
        };
        let parts = match notice.pages.as_slice() {
            [] => {
                let paragraphs = vec![tongue.text("mail-test-body", &[])];
                vec![Part { paragraphs, ..Part::default() }]
            }
            all => all.iter().map(|told| Part::of(tongue, told, many, links)).collect(),
        };
        Self { title, parts, footer: tongue.text("mail-why", &[]) }
    }

    fn text(&self) -> String {
        let mut lines = vec![self.title.clone()];
        for part in &self.parts {
            lines.extend(part.heading.clone());
            lines.extend(part.paragraphs.iter().cloned());
            lines.extend(part.button.iter().map(|(words, url)| format!("{words}\n{url}")));
            lines.extend(part.until.clone());
            lines.extend(part.open.iter().map(|(words, url)| format!("{words}\n{url}")));
        }
        lines.push(self.footer.clone());
        lines.join("\n\n") + "\n"
    }

    fn html(&self, tongue: Tongue) -> String {
        let mut html = format!("<div lang=\"{}\">\n", tongue.tag());
        html.push_str(&format!("<h1 style=\"font-size:20px\">{}</h1>\n", escape(&self.title)));
        self.parts.iter().for_each(|part| part.html(&mut html));
        let footer = escape(&self.footer);
        html.push_str(&format!("<p style=\"color:#5f6368;font-size:13px\">{footer}</p>\n</div>\n"));
        html
    }
}

impl Part {
    fn of(tongue: Tongue, told: &Told, many: bool, links: Option<&Links>) -> Self {
        let paragraphs = match &told.incident {
            Some(about) => paragraphs(tongue, about),
            None => vec![tongue.text("mail-test-page-body", &[])],
        };
        let link = told.acknowledge.as_ref();
        let until = match link {
            Some(link) => {
                let until = FluentValue::from(instant(link.expires_at));
                tongue.text("mail-acknowledge-until", &[("until", until)])
            }
            None => tongue.text("mail-no-link", &[]),
        };
        let open = told
            .incident
            .as_ref()
            .zip(links)
            .map(|(about, links)| (tongue.text("mail-open", &[]), links.incident(&about.key)));
        Self {
            heading: many.then(|| title(tongue, told)),
            paragraphs,
            button: link.map(|link| (tongue.text("mail-acknowledge", &[]), link.url.clone())),
            until: Some(until),
            open,
        }
    }

    fn html(&self, html: &mut String) {
        if let Some(words) = &self.heading {
            html.push_str(&format!("<h2 style=\"font-size:18px\">{}</h2>\n", escape(words)));
        }
        for words in &self.paragraphs {
            html.push_str(&format!("<p>{}</p>\n", escape(words)));
        }
        if let Some((words, url)) = &self.button {
            html.push_str(&format!(
                "<p><a href=\"{}\" style=\"display:inline-block;padding:10px 18px;border-radius:6px;\
                 background:#b3261e;color:#ffffff;text-decoration:none\">{}</a></p>\n",
                escape(url),
                escape(words)
            ));
        }
        if let Some(words) = &self.until {
            html.push_str(&format!("<p>{}</p>\n", escape(words)));
        }
        if let Some((words, url)) = &self.open {
            html.push_str(&format!("<p><a href=\"{}\">{}</a></p>\n", escape(url), escape(words)));
        }
    }
}

/// What a page is called in one line.
fn title(tongue: Tongue, told: &Told) -> String {
    let Some(about) = &told.incident else {
        return tongue.text("mail-test-page-subject", &[]);
    };
    let args = |summary: &str| {
        [
            ("key", FluentValue::from(about.key.clone())),
            ("severity", FluentValue::from(about.severity)),
            ("summary", FluentValue::from(summary.to_owned())),
        ]
    };
    let title = match &about.summary {
        Some(summary) => tongue.text("mail-page-subject", &args(summary)),
        None => tongue.text("mail-page-subject-restricted", &args("")[..2]),
    };
    match about.drill {
        true => tongue.text("mail-drill", &[("title", FluentValue::from(title))]),
        false => title,
    }
}

fn paragraphs(tongue: Tongue, about: &About) -> Vec<String> {
    let key = || ("key", FluentValue::from(about.key.clone()));
    let mut lines = vec![tongue.text("mail-page-body", &[key()])];
    if about.drill {
        lines.push(tongue.text("mail-drill-body", &[]));
    }
    lines.push(tongue.text(
        "mail-times",
        &[
            ("declared", FluentValue::from(instant(about.declared_at))),
            ("paged", FluentValue::from(instant(about.paged_at))),
        ],
    ));
    lines
}

/// An instant that reads the same everywhere; an e-mail is read in any zone.
fn instant(at: Timestamp) -> String {
    match DateTime::from_timestamp_millis(at.0) {
        Some(time) => time.format("%Y-%m-%d %H:%M UTC").to_string(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use firebell_domain::id::{EntityId, WorkspaceId};
    use uuid::Uuid;

    use super::*;
    use crate::channel::{AcknowledgeAt, Secret};

    fn told(number: u128, summary: Option<&str>, drill: bool) -> Told {
        Told {
            delivery: Uuid::from_u128(number),
            page: EntityId(Uuid::from_u128(number)),
            step: 0,
            incident: Some(About {
                key: format!("HOT-{number}"),
                severity: 1,
                summary: summary.map(str::to_owned),
                drill,
                declared_at: Timestamp(1_700_000_000_000),
                paged_at: Timestamp(1_700_000_060_000),
            }),
            acknowledge: Some(AcknowledgeAt {
                url: format!("https://firebell.example/a/TOKEN{number}"),
                expires_at: Timestamp(1_700_001_800_000),
            }),
        }
    }

    fn notice(summary: Option<&str>, drill: bool, tongues: &[Tongue]) -> Notice {
        Notice::of_pages(0, None, tongues.to_vec(), vec![told(12, summary, drill)])
    }

    #[test]
    fn it_says_what_is_on_fire_and_where_to_acknowledge() {
        let notice = notice(Some("checkout fails"), false, &[Tongue::English]);
        let secret = Secret::fresh().unwrap();
        let links = Links::new(&secret, WorkspaceId(Uuid::nil()), "https://firebell.example");
        let letter = Letter::of(&notice, Some(&links));
        assert_eq!(letter.subject, "HOT-12 Severity 1: checkout fails");
        for part in [&letter.text, &letter.html] {
            for words in
                ["HOT-12", "checkout fails", "/a/TOKEN12", "example/HOT-12", "2023-11-14 22:43 UTC"]
            {
                assert!(part.contains(words), "{words} is missing in {part}");
            }
        }
        assert!(!letter.text.contains("事件"), "{}", letter.text);
    }

    #[test]
    fn both_languages_stand_in_one_letter_and_each_says_everything() {
        let letter = Letter::of(&notice(Some("checkout fails"), false, &Tongue::ALL), None);
        assert_eq!(letter.text.matches("/a/TOKEN").count(), 2);
        assert!(letter.text.contains("严重性级别 1"), "{}", letter.text);
        assert!(letter.html.contains("lang=\"zh-Hans\""));
    }

    #[test]
    fn a_restricted_incident_has_no_summary_and_a_drill_says_so() {
        let letter = Letter::of(&notice(None, true, &[Tongue::English]), None);
        assert_eq!(letter.subject, "[DRILL] HOT-12 Severity 1: a restricted incident needs you");
    }

    #[test]
    fn a_storm_is_one_letter_with_a_link_for_each() {
        let pages = vec![told(12, Some("a"), false), told(13, Some("b"), false)];
        let notice = Notice::of_pages(0, None, vec![Tongue::English], pages.clone());
        let letter = Letter::of(&notice, None);
        assert_eq!(letter.subject, "2 incidents need you: HOT-12 HOT-13");
        for words in ["HOT-12 Severity 1: a", "/a/TOKEN12", "HOT-13 Severity 1: b", "/a/TOKEN13"] {
            assert!(letter.text.contains(words) && letter.html.contains(words), "{words}");
        }
        let alone = Notice::of_pages(3, None, vec![], vec![pages[0].clone()]);
        assert_eq!(alone.id, pages[0].delivery);
        assert!(![pages[0].delivery, pages[1].delivery].contains(&notice.id));
    }

    #[test]
    fn nothing_of_a_summary_becomes_markup_or_another_header() {
        let letter = Letter::of(&notice(Some("<b>&\r\nBcc: x"), false, &[Tongue::English]), None);
        assert!(letter.html.contains("&lt;b&gt;&amp;"), "{}", letter.html);
        assert_eq!(letter.subject, "HOT-12 Severity 1: <b>& Bcc: x");
        let long = "长".repeat(5_000);
        let letter = Letter::of(&notice(Some(&long), false, &[Tongue::Chinese]), None);
        assert_eq!(letter.subject.chars().count(), MAX_SUBJECT);
    }
}
