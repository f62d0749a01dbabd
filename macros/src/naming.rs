//! Names: from one case to another, and the nearest of several.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;

/// `is_open` as `IsOpen`.
pub(crate) fn camel(name: &str) -> String {
    name.split('_')
        .filter(|part| !part.is_empty())
        .flat_map(|part| {
            let mut letters = part.chars();
            let first = letters.next().into_iter().flat_map(char::to_uppercase);
            first.chain(letters).collect::<Vec<_>>()
        })
        .collect()
}

/// `LineItem` as `line_item`, `HTTPRoute` as `http_route`.
pub(crate) fn snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (index, letter) in letters.iter().enumerate() {
        let after_lower = index > 0 && !letters[index - 1].is_uppercase();
        let before_lower = letters
            .get(index + 1)
            .is_some_and(|next| next.is_lowercase());
        if letter.is_uppercase()
            && index > 0
            && letters[index - 1] != '_'
            && (after_lower || before_lower)
        {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

/// `is_open` as `is open`.
pub(crate) fn words(name: &str) -> String {
    name.replace('_', " ").trim().to_owned()
}

/// Without the `r#` of a raw identifier.
pub(crate) fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// A name as an identifier; raw where it is a word of Rust.
pub(crate) fn identifier(name: &str, span: Span) -> Ident {
    match syn::parse_str::<Ident>(name) {
        Ok(_) => Ident::new(name, span),
        Err(_) => Ident::new_raw(name, span),
    }
}

/// Whether a name can stand in a store: `snake_case`.
pub(crate) fn is_snake(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .chars()
            .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
}

/// The one of `known` that `name` was probably meant to be.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(far, candidate)| *far <= candidate.chars().count().max(3) / 3)
        .min_by_key(|(far, _)| *far)
        .map(|(_, candidate)| candidate)
}

/// How many letters have to be added, taken, changed or swapped with their neighbour.
fn distance(one: &str, two: &str) -> usize {
    let one: Vec<char> = one.chars().collect();
    let two: Vec<char> = two.chars().collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=two.len()).collect()];
    for i in 1..=one.len() {
        let mut row = vec![i];
        for j in 1..=two.len() {
            let change = rows[i - 1][j - 1] + usize::from(one[i - 1] != two[j - 1]);
            let mut best = change.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && one[i - 1] == two[j - 2] && one[i - 2] == two[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[one.len()][two.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_change_their_case() {
        assert_eq!(camel("is_open"), "IsOpen");
        assert_eq!(camel("_v2__open"), "V2Open");
        assert_eq!(snake("LineItem"), "line_item");
        assert_eq!(snake("HTTPRoute"), "http_route");
        assert_eq!(snake("Order2"), "order2");
    }

    #[test]
    fn the_nearest_name_is_near() {
        assert_eq!(nearest("is_opne", ["covers", "is_open"]), Some("is_open"));
        assert_eq!(nearest("require", ["name", "requires"]), Some("requires"));
        assert_eq!(nearest("colour", ["covers", "is_open"]), None);
    }
}
