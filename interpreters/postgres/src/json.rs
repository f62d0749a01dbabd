/// JSON on its way into a `jsonb` column, which people can ask questions about, and back out as it was.
#[derive(Debug)]
pub(crate) struct Json {
    /// What goes into the column.
    pub(crate) data: String,
    /// What it stands for, where `jsonb` would not give that back.
    pub(crate) exact: Option<String>,
}

impl Json {
    pub(crate) fn new(json: String) -> Self {
        match Doubts::about(&json) {
            Doubts { nul: true, .. } => Json {
                data: without_nul(&json),
                exact: Some(json),
            },
            Doubts { number: true, .. } => Json {
                data: json.clone(),
                exact: Some(json),
            },
            _ => Json {
                data: json,
                exact: None,
            },
        }
    }
}

/// Why `jsonb` may give something else back.
#[derive(Debug, Default, PartialEq)]
struct Doubts {
    /// It refuses texts with the character NUL.
    nul: bool,
    /// It forgets that 1e16 was no integer, and the sign of -0.0.
    number: bool,
}

impl Doubts {
    fn about(json: &str) -> Self {
        let bytes = json.as_bytes();
        let (mut doubts, mut in_text, mut at) = (Doubts::default(), false, 0);
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'"' => in_text = !in_text,
                b'\\' if in_text => {
                    doubts.nul |= bytes[at..].starts_with(NUL.as_bytes());
                    at += 1;
                }
                b'-' if !in_text => doubts.number |= bytes.get(at + 1) == Some(&b'0'),
                b'e' | b'E' if !in_text => {
                    // Not the one in `true`.
                    doubts.number |= at > 0 && bytes[at - 1].is_ascii_digit();
                }
                _ => {}
            }
            at += 1;
        }
        doubts
    }
}

/// How serde writes the character.
const NUL: &str = r"\u0000";

/// The same with the replacement character in place of NUL.
fn without_nul(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let (escape, after) = match escape.strip_prefix(NUL) {
            Some(after) => (r"\ufffd", after),
            // Whatever is escaped is one byte long, or the rest of it needs no care.
            None => escape.split_at(2),
        };
        out.push_str(escape);
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::Json;

    fn exact(json: &str) -> Option<String> {
        Json::new(json.to_owned()).exact
    }

    #[test]
    fn what_jsonb_gives_back_is_kept_once() {
        for json in [
            r#"{"a":1,"b":-5,"c":0.5,"d":true,"e":"1e5 -0 \" 1e5","f":[false,null]}"#,
            r#"{"a":"\\u0000"}"#,
            "{}",
        ] {
            assert_eq!(exact(json), None, "{json}");
        }
    }

    #[test]
    fn what_jsonb_would_change_is_kept_as_it_was_too() {
        for json in [r#"{"a":1e16}"#, r#"{"a":1.5E-7}"#, r#"{"a":-0.0}"#, "[-0]"] {
            assert_eq!(exact(json).as_deref(), Some(json));
        }
    }

    #[test]
    fn only_an_escape_of_nul_is_nul() {
        let json = r#"{"a":"\u0000\n\\u0000\\\u0000"}"#;
        let kept = Json::new(json.to_owned());
        assert_eq!(kept.exact.as_deref(), Some(json));
        assert_eq!(kept.data, r#"{"a":"\ufffd\n\\u0000\\\ufffd"}"#);
    }
}
