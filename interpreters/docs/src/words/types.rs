use crate::names::words;

/// A type in plain words: `Option<String>` as `text, if any`. A name that is not known says itself.
pub(crate) fn type_words(ty: &str) -> String {
    let ty = ty.trim();
    let (path, arguments) = match ty.split_once('<') {
        Some((path, rest)) => match rest.strip_suffix('>') {
            Some(inside) => (path, arguments(inside)),
            None => return ty.to_owned(),
        },
        None => (ty, Vec::new()),
    };
    match (last(path), &*arguments) {
        ("Option", [of]) => format!("{}, if any", type_words(of)),
        ("Vec" | "VecDeque", [of]) => format!("a list: {}", type_words(of)),
        ("BTreeSet" | "HashSet", [of]) => format!("a set: {}", type_words(of)),
        ("BTreeMap" | "HashMap", [key, value]) => {
            format!("{}, by {}", type_words(value), type_words(key))
        }
        ("Box" | "Arc" | "Rc" | "Cow", [.., of]) => type_words(of),
        ("Id", [of]) => match last(of) {
            "Self" => "its own id".to_owned(),
            of => format!("the id of {} {}", article(of), words(of)),
        },
        ("String" | "str", []) => "text".to_owned(),
        ("char", []) => "a letter".to_owned(),
        ("bool", []) => "yes or no".to_owned(),
        ("u8" | "u16" | "u32" | "u64" | "u128" | "usize", []) => "a whole number from 0".to_owned(),
        ("i8" | "i16" | "i32" | "i64" | "i128" | "isize", []) => "a whole number".to_owned(),
        ("f32" | "f64", []) => "a number".to_owned(),
        ("Timestamp", []) => "a point in time".to_owned(),
        ("Duration", []) => "a length of time".to_owned(),
        ("()", []) => "nothing".to_owned(),
        (name, [])
            if name
                .chars()
                .all(|letter| letter.is_alphanumeric() || letter == '_') =>
        {
            words(name)
        }
        _ => ty.to_owned(),
    }
}

/// The arguments of a generic type.
fn arguments(inside: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut depth, mut from) = (0_usize, 0);
    for (at, letter) in inside.char_indices() {
        match letter {
            '<' | '(' | '[' => depth += 1,
            '>' | ')' | ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                found.push(&inside[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    found.push(&inside[from..]);
    found
}

fn last(path: &str) -> &str {
    let path = path.trim();
    path.rsplit("::").next().unwrap_or(path)
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['A', 'E', 'I', 'O', 'U']) {
        "an"
    } else {
        "a"
    }
}

#[cfg(test)]
mod tests {
    use super::type_words;

    #[test]
    fn types_read_as_words() {
        for (ty, expected) in [
            ("Option<String>", "text, if any"),
            (
                "BTreeMap<Id<LineItem>, Vec<u32>>",
                "a list: a whole number from 0, by the id of a line item",
            ),
            ("Id<Self>", "its own id"),
            ("money::Cents", "cents"),
            ("(i64, bool)", "(i64, bool)"),
            ("[u8; 4]", "[u8; 4]"),
            ("Option<", "Option<"),
            ("<script>", "<script>"),
            ("", ""),
        ] {
            assert_eq!(type_words(ty), expected);
        }
    }
}
