//! Writes the tree of a documentation down. Names and sentences come from declarations, also from ones that were read back: whatever
//! they hold, they stay text.

pub(crate) mod html;
pub(crate) mod markdown;
pub(crate) mod mermaid;

use std::fmt::{Arguments, Write};

/// Writes to the end of a text.
pub(crate) fn put(out: &mut String, what: Arguments<'_>) {
    // A text takes whatever it is given.
    let _ = out.write_fmt(what);
}

/// Text without what would not be seen as what it is: characters that control a terminal or turn the direction of writing are shown by
/// their number, and line breaks as spaces.
pub(crate) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\r' | '\t' => out.push(' '),
            letter if is_deceptive(letter) => {
                put(&mut out, format_args!("\\u{{{:x}}}", u32::from(letter)));
            }
            letter => out.push(letter),
        }
    }
    out
}

fn is_deceptive(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
        )
}

/// Lines that keep their form, each made visible.
pub(crate) fn visible_lines(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(visible).collect();
    lines.join("\n")
}

/// The longest run of a letter.
fn longest_run(text: &str, of: char) -> usize {
    text.split(|letter| letter != of)
        .map(str::len)
        .max()
        .unwrap_or_default()
}
