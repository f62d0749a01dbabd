//! Names as words, and names as identifiers.

use crate::render::put;

/// `reset_to_zero` as `reset to zero`, `LineItem` as `line item`.
pub(crate) fn words(name: &str) -> String {
    let mut out = String::new();
    let mut before_lower = false;
    for letter in name.chars() {
        if letter == '_' {
            out.push(' ');
        } else if letter.is_uppercase() && before_lower {
            out.push(' ');
            out.extend(letter.to_lowercase());
        } else if letter.is_uppercase() {
            out.extend(letter.to_lowercase());
        } else {
            out.push(letter);
        }
        before_lower = letter.is_lowercase() || letter.is_ascii_digit();
    }
    out.trim().to_owned()
}

/// With a capital letter at the beginning.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// The id of a section or of a node: its parts, and those of paths, with `between` between them.
pub(crate) fn id(parts: &[&str], between: &str) -> String {
    let parts = parts.iter().flat_map(|part| part.split("::"));
    let parts: Vec<String> = parts.map(identifier).collect();
    parts.join(between)
}

/// A name in letters, digits and underscores of ASCII, without two underscores in a row where it is like `snake_case`. Two names stay
/// two: where anything has to be written by its number, every underscore is, too.
fn identifier(name: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric();
    if name.is_empty() {
        return "_Z_".to_owned();
    }
    let is_snake = name
        .split('_')
        .all(|part| !part.is_empty() && !part.starts_with('Z'));
    if is_snake && name.chars().all(|letter| is_plain(letter) || letter == '_') {
        return name.to_owned();
    }
    let mut out = String::new();
    for letter in name.chars() {
        if is_plain(letter) {
            out.push(letter);
        } else {
            put(&mut out, format_args!("_Z{:x}_", u32::from(letter)));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_as_words() {
        for (name, expected) in [
            ("reset_to_zero", "reset to zero"),
            ("LineItem", "line item"),
            ("account", "account"),
            ("HTTPRoute", "httproute"),
            ("__", ""),
        ] {
            assert_eq!(words(name), expected);
        }
        assert_eq!(capital("über alles"), "Über alles");
        assert_eq!(capital(""), "");
    }

    #[test]
    fn two_names_stay_two() {
        let names = [
            "é", "_Ze9_", "Ze9", "a_Ze9_", "aé", "a b", "a_Z20_b", "", "_",
        ];
        let mut ids: Vec<String> = names.iter().map(|name| identifier(name)).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), names.len(), "{ids:?}");
        assert!(ids.iter().all(|id| {
            id.chars()
                .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        }));
    }
}
