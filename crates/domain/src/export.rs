//! An incident as Markdown: what somebody takes along into a ticket, a mail or another tool (C3).
//!
//! Words come from whoever calls, in the reader's language; here they are put in order and made harmless,
//! so that what one person wrote in a cell does not become a heading for all.

/// An incident to be written out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Export {
    /// First line: key and summary.
    pub heading: String,
    /// What is known of it, one line each: name and value.
    pub facts: Vec<(String, String)>,
    /// Its parts, in order.
    pub sections: Vec<Section>,
}

/// A part with a heading of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// What it is called.
    pub heading: String,
    /// What is in it.
    pub part: Part,
    /// What is said when nothing is in it.
    pub empty: String,
}

/// What a section holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Markdown that somebody wrote; its headings go below the section's.
    Text(String),
    /// A table.
    Table {
        /// Names of the columns.
        columns: Vec<String>,
        /// Rows, each as long as there are columns; shorter ones are filled up.
        rows: Vec<Vec<String>>,
    },
    /// Lines of the timeline, in order.
    Lines(Vec<Line>),
}

/// A line of the timeline.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// When it happened.
    pub time: String,
    /// What it is.
    pub kind: String,
    /// Who wrote it; empty for the program.
    pub who: String,
    /// What it says.
    pub text: String,
    /// Whether it was withdrawn.
    pub retracted: bool,
    /// How it came to say that, oldest first: one line each.
    pub history: Vec<String>,
}

/// Headings that a person wrote start below the section's.
const DEMOTED: usize = 2;
/// Markdown has no deeper ones.
const DEEPEST: usize = 6;

/// Writes it out.
#[must_use]
pub fn markdown(export: &Export) -> String {
    let mut out = format!("# {}\n", one_line(&export.heading));
    if !export.facts.is_empty() {
        out.push('\n');
    }
    for (name, value) in &export.facts {
        out.push_str(&format!("- **{}**: {}\n", one_line(name), one_line(value)));
    }
    for section in &export.sections {
        out.push_str(&format!("\n## {}\n\n", one_line(&section.heading)));
        let body = match &section.part {
            Part::Text(text) => demoted(text),
            Part::Table { rows, .. } if rows.is_empty() => String::new(),
            Part::Table { columns, rows } => table(columns, rows),
            Part::Lines(lines) => lines.iter().map(line).collect(),
        };
        if body.trim().is_empty() {
            out.push_str(&format!("{}\n", one_line(&section.empty)));
        } else {
            out.push_str(body.trim_end());
            out.push('\n');
        }
    }
    out
}

/// The text with its headings further down. What stands in a fenced block is left as it is.
fn demoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut fence: Option<(char, usize)> = None;
    for line in text.lines() {
        let mark = fence_of(line);
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some((letter, length)), Some((other, count)))
                if letter == other
                    && count >= length
                    && line.trim().chars().all(|c| c == letter) =>
            {
                fence = None;
            }
            _ => {}
        }
        let hashes = line.chars().take_while(|letter| *letter == '#').count();
        let heading = fence.is_none()
            && (1..=DEEPEST).contains(&hashes)
            && line[hashes..].chars().next().is_none_or(char::is_whitespace);
        if heading {
            out.push_str(&"#".repeat((hashes + DEMOTED).min(DEEPEST)));
            out.push_str(&line[hashes..]);
        } else {
            out.push_str(line);
        }
        out.push('\n');
    }
    // An open block would swallow everything that follows.
    if let Some((letter, length)) = fence {
        out.push_str(&String::from(letter).repeat(length));
        out.push('\n');
    }
    out
}

/// The letter and length of a fence, if the line opens or closes a block.
fn fence_of(line: &str) -> Option<(char, usize)> {
    let line = line.trim_start();
    let letter = line.chars().next().filter(|letter| matches!(letter, '`' | '~'))?;
    let length = line.chars().take_while(|other| *other == letter).count();
    (length >= 3).then_some((letter, length))
}

fn table(columns: &[String], rows: &[Vec<String>]) -> String {
    let row = |cells: &[String]| {
        let cells = (0..columns.len())
            .map(|place| cells.get(place).map(|cell| one_line(cell)).unwrap_or_default());
        format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
    };
    let rule = format!("|{}\n", " --- |".repeat(columns.len()));
    let mut out = row(columns) + &rule;
    out.extend(rows.iter().map(|cells| row(cells)));
    out
}

fn line(line: &Line) -> String {
    let struck = if line.retracted { "~~" } else { "" };
    let who =
        if line.who.is_empty() { String::new() } else { format!(" · {}", one_line(&line.who)) };
    let text = one_line(&line.text);
    let head = format!("{} · {}{who}", one_line(&line.time), one_line(&line.kind));
    let mut out = format!("- **{head}** {struck}{text}{struck}\n");
    for step in &line.history {
        out.push_str(&format!("  - {}\n", one_line(step)));
    }
    out
}

/// What somebody wrote, as words on one line: nothing in it is markup.
fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        for letter in word.chars() {
            if matches!(letter, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~') {
                out.push('\\');
            }
            out.push(letter);
        }
    }
    // At the beginning of a line these would be a heading or a list.
    if out.starts_with(['#', '+', '-']) {
        out.insert(0, '\\');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(heading: &str, part: Part) -> Section {
        Section { heading: heading.to_owned(), part, empty: "Nothing.".to_owned() }
    }

    #[test]
    fn an_incident_is_written_out_in_order() {
        let text = |text: &str| text.to_owned();
        let lines = vec![
            Line {
                time: text("14:02"),
                kind: text("Observation"),
                who: text("Ana"),
                text: text("Cards fail\nin Europe"),
                history: vec![text("14:05 Ben: Cards fail → Cards fail in Europe")],
                ..Line::default()
            },
            Line {
                time: text("14:09"),
                kind: text("Status"),
                text: text("Severity 2 → 1"),
                retracted: true,
                ..Line::default()
            },
        ];
        let export = Export {
            heading: text("HOT-12 Cards fail"),
            facts: vec![(text("State"), text("Fixing"))],
            sections: vec![
                section("Document", Part::Text(text("# Now\nwe *try*\n```\n# no heading\n```\n"))),
                section(
                    "Changes",
                    Part::Table {
                        columns: vec![text("What"), text("How")],
                        rows: vec![vec![text("Roll | back"), text("a\nb")], vec![text("short")]],
                    },
                ),
                section("Workstreams", Part::Table { columns: vec![text("Name")], rows: vec![] }),
                section("Timeline", Part::Lines(lines)),
            ],
        };
        let expected = "\
# HOT-12 Cards fail

- **State**: Fixing

## Document

### Now
we *try*
```
# no heading
```

## Changes

| What | How |
| --- | --- |
| Roll \\| back | a b |
| short |  |

## Workstreams

Nothing.

## Timeline

- **14:02 · Observation · Ana** Cards fail in Europe
  - 14:05 Ben: Cards fail → Cards fail in Europe
- **14:09 · Status** ~~Severity 2 → 1~~
";
        assert_eq!(markdown(&export), expected);
    }

    #[test]
    fn what_people_write_is_no_markup() {
        let cases = [
            ("# not a heading", "\\# not a heading"),
            ("- not a list", "\\- not a list"),
            ("a | b\n| --- |", "a \\| b \\| --- \\|"),
            ("<script>alert(1)</script>", "\\<script\\>alert(1)\\</script\\>"),
            ("[click](javascript:x)", "\\[click\\](javascript:x)"),
            ("磁盘 **满**", "磁盘 \\*\\*满\\*\\*"),
            ("~~gone~~", "\\~\\~gone\\~\\~"),
            ("", ""),
        ];
        assert_eq!(cases.len(), 8);
        for (written, expected) in cases {
            assert_eq!(one_line(written), expected);
        }
        let open = demoted("```\nnever closed\n# inside");
        assert_eq!(open, "```\nnever closed\n# inside\n```\n");
        assert_eq!(demoted("###### six\n####### seven\n#tag"), "###### six\n####### seven\n#tag\n");
    }
}
