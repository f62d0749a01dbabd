//! The tree as Markdown, for repositories and for rustdoc.

use super::{longest_run, put, visible, visible_lines};
use crate::block::{Block, Inline, Item, Place, Section};

/// A document: a title, what it is about, and its sections.
pub(crate) fn document(title: &str, blocks: &[Block]) -> String {
    let mut out = format!("# {}\n", escaped(title));
    write(blocks, 2, &mut out);
    out
}

fn write(blocks: &[Block], level: usize, out: &mut String) {
    for block in blocks {
        out.push('\n');
        match block {
            Block::Paragraph(line) => paragraph(&inlines(line), out),
            Block::List(items) => list(items, 0, out),
            Block::Code(lines) => fenced(lines, "text", out),
            Block::Diagram(source) => fenced(source, "mermaid", out),
            Block::Machine(places) => machine(places, out),
            Block::Part(label, blocks) => {
                put(out, format_args!("**{label}**\n"));
                write(blocks, level, out);
            }
            Block::Section(section) => heading(section, level, out),
        }
    }
}

fn heading(section: &Section, level: usize, out: &mut String) {
    // There are six levels.
    let marks = "#".repeat(level.min(6));
    put(
        out,
        format_args!(
            "{marks} <a id=\"{}\"></a>{}\n",
            section.id,
            inlines(&section.title)
        ),
    );
    write(&section.blocks, level + 1, out);
}

/// A line that begins a paragraph must not read as a heading, a list or a rule.
fn paragraph(line: &str, out: &mut String) {
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let first = line[digits..].chars().next();
    match first {
        Some('.' | ')') if digits > 0 => {
            out.push_str(&line[..digits]);
            out.push('\\');
            out.push_str(&line[digits..]);
        }
        Some('#' | '+' | '-' | '=' | ':') if digits == 0 => {
            out.push('\\');
            out.push_str(line);
        }
        _ => out.push_str(line),
    }
    out.push('\n');
}

fn list(items: &[Item], depth: usize, out: &mut String) {
    for item in items {
        out.push_str(&"  ".repeat(depth));
        out.push_str("- ");
        paragraph(&inlines(&item.line), out);
        list(&item.inside, depth + 1, out);
    }
}

fn machine(places: &[Place], out: &mut String) {
    let items = places.iter().enumerate().map(|(index, place)| {
        let ways = place.ways.iter().map(|(by, to)| {
            let mut line = by.clone();
            let to = places.get(*to).map_or("?", |to| &to.name);
            line.push(Inline::Text(format!(" → {to}")));
            Item::new(line)
        });
        let first = if index == 0 { " (at first)" } else { "" };
        Item {
            line: vec![Inline::Text(format!("{}{first}", place.name))],
            inside: ways.collect(),
        }
    });
    let items: Vec<Item> = items.collect();
    list(&items, 0, out);
}

fn fenced(lines: &str, language: &str, out: &mut String) {
    let lines = visible_lines(lines);
    let fence = "`".repeat(3.max(longest_run(&lines, '`') + 1));
    put(out, format_args!("{fence}{language}\n{lines}\n{fence}\n"));
}

fn inlines(parts: &[Inline]) -> String {
    parts
        .iter()
        .map(|part| match part {
            Inline::Text(text) => escaped(text),
            Inline::Name(name) => format!("*{}*", escaped(name.trim())),
            Inline::Code(source) => code(source),
            Inline::Link(to, content) => format!("[{}](#{to})", inlines(content)),
        })
        .collect()
}

/// A code span that holds the text whatever it is.
fn code(source: &str) -> String {
    let source = visible(source);
    let fence = "`".repeat(longest_run(&source, '`') + 1);
    let padded = source.starts_with(['`', ' ']) || source.ends_with(['`', ' ']);
    let space = if padded || source.is_empty() { " " } else { "" };
    format!("{fence}{space}{source}{space}{fence}")
}

/// Text in which nothing means anything to Markdown or HTML.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in visible(text).chars() {
        match letter {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' | '!' => {
                out.push('\\');
                out.push(letter);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            letter => out.push(letter),
        }
    }
    out
}
