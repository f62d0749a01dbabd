//! Text inside Mermaid diagrams.

use super::{put, visible};

/// How many letters of a label are shown: a diagram is no place for an essay.
const MOST_LETTERS: usize = 72;

/// Text for a label, in which nothing means anything to Mermaid: what is no letter, digit or plain punctuation is written by its number.
pub(crate) fn label(text: &str) -> String {
    let text = visible(text);
    let mut out = String::with_capacity(text.len());
    for letter in shortened(text.trim()).chars() {
        match letter {
            letter if letter.is_alphanumeric() || matches!(letter, ' ' | ',' | '.' | '…') => {
                out.push(letter);
            }
            letter => put(&mut out, format_args!("#{};", u32::from(letter))),
        }
    }
    // An empty label is a syntax error.
    if out.is_empty() { "?".to_owned() } else { out }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= MOST_LETTERS {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(MOST_LETTERS - 1).collect();
    out.push('…');
    out
}

/// Text for a title, which stands as it is: without what begins an entity or a tag.
pub(crate) fn plain(text: &str) -> String {
    let text = visible(text).replace(['<', '>', '&', '#', '`', '%', '{', '}'], " ");
    shortened(text.trim())
}
