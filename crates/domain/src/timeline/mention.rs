//! Who is named in a line: `@Ana Ortiz`, `@支付组` (T0).

use crate::id::EntityId;

/// People and teams that one line may name: more than this is an announcement, not a call.
pub const MAX_MENTIONS: usize = 50;

/// Who is named in `text`, each once, in the order in which they are named. `known` are people and teams
/// with their names; of names that begin alike the longest counts, in any case of letters. An address
/// (`ana@example.com`) names nobody.
#[must_use]
pub fn mentions<'a>(
    text: &str,
    known: impl IntoIterator<Item = (EntityId, &'a str)>,
) -> Vec<EntityId> {
    let mut known: Vec<(EntityId, Vec<char>)> = known
        .into_iter()
        .map(|(id, name)| (id, lower(name.trim())))
        .filter(|(_, name)| !name.is_empty())
        .collect();
    // The longest first; of two that are called alike it is always the same one.
    known.sort_by_key(|(id, name)| (std::cmp::Reverse(name.len()), *id));
    let text = lower(text);
    let mut found = Vec::new();
    for (place, c) in text.iter().enumerate() {
        let at = matches!(c, '@' | '＠');
        let in_a_word = place.checked_sub(1).and_then(|before| text.get(before));
        if !at || in_a_word.is_some_and(char::is_ascii_alphanumeric) {
            continue;
        }
        let rest = text.get(place + 1..).unwrap_or_default();
        let named = known.iter().find(|(_, name)| {
            // A name that ends in a letter must end there: `@Ana` does not stand in `@Analytics`.
            rest.starts_with(name)
                && !(name.last().is_some_and(char::is_ascii_alphanumeric)
                    && rest.get(name.len()).is_some_and(char::is_ascii_alphanumeric))
        });
        if let Some((id, _)) = named
            && !found.contains(id)
            && found.len() < MAX_MENTIONS
        {
            found.push(*id);
        }
    }
    found
}

fn lower(text: &str) -> Vec<char> {
    text.chars().flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn names_as_people_write_them() {
        let names = ["Ana", "Ana Ortiz", "Payments", "支付组", "陈美", "Ben O'Neil", " "];
        let id = |place: usize| EntityId(Uuid::from_u128(place as u128));
        let table: [(&str, &[usize]); 14] = [
            ("@Ana Ortiz can you look", &[1]),
            ("@ana ortiz, please", &[1]),
            ("@Ana can you look", &[0]),
            ("@Analytics is down", &[]),
            ("ana@payments.example", &[]),
            ("(@Payments)", &[2]),
            ("@支付组请看", &[3]),
            ("请＠陈美看一下", &[4]),
            ("@Ben O'Neil's rollback", &[5]),
            ("@Ana and @Payments and @Ana", &[0, 2]),
            ("@", &[]),
            ("@@Ana", &[0]),
            ("@ Ana", &[]),
            ("nobody", &[]),
        ];
        for (text, named) in table {
            let known = names.iter().enumerate().map(|(place, name)| (id(place), *name));
            let named: Vec<_> = named.iter().copied().map(id).collect();
            assert_eq!(mentions(text, known), named, "{text:?}");
        }
    }

    #[test]
    fn a_line_calls_a_bounded_number() {
        let names: Vec<String> = (100..200).map(|number| format!("p{number}")).collect();
        let known = names.iter().enumerate();
        let known = known.map(|(n, name)| (EntityId(Uuid::from_u128(n as u128)), name.as_str()));
        let text: String = names.iter().map(|name| format!("@{name} ")).collect();
        assert_eq!(mentions(&text, known).len(), MAX_MENTIONS);
    }
}
