//! The tree as HTML.

use super::{put, visible, visible_lines};
use crate::block::{Block, Inline, Item, Place, Section};

pub(crate) fn write(blocks: &[Block], level: usize, out: &mut String) {
    for block in blocks {
        match block {
            Block::Paragraph(line) => put(out, format_args!("<p>{}</p>\n", inlines(line))),
            Block::List(items) => list(items, out),
            Block::Code(lines) => put(
                out,
                format_args!(
                    "<pre tabindex=\"0\"><code>{}</code></pre>\n",
                    escaped(&visible_lines(lines))
                ),
            ),
            Block::Diagram(source) => put(
                out,
                format_args!(
                    "<details><summary>The same as a Mermaid diagram</summary>\n<pre tabindex=\"0\"><code>{}</code></pre>\n</details>\n",
                    escaped(&visible_lines(source))
                ),
            ),
            Block::Machine(places) => machine(places, out),
            Block::Part(label, blocks) => {
                put(
                    out,
                    format_args!(
                        "<div class=\"part\">\n<p class=\"label\">{}</p>\n",
                        escaped(label)
                    ),
                );
                write(blocks, level, out);
                out.push_str("</div>\n");
            }
            Block::Section(one) => section(one, level, out),
        }
    }
}

fn section(section: &Section, level: usize, out: &mut String) {
    let (id, kind, level) = (&section.id, section.kind.word(), level.min(6));
    put(
        out,
        format_args!(
            "<section id=\"{id}\" class=\"{kind}\" aria-labelledby=\"{id}-title\">\n\
         <h{level} id=\"{id}-title\"><a href=\"#{id}\">{}</a></h{level}>\n",
            inlines(&section.title)
        ),
    );
    write(&section.blocks, level + 1, out);
    out.push_str("</section>\n");
}

fn list(items: &[Item], out: &mut String) {
    out.push_str("<ul>\n");
    for item in items {
        put(out, format_args!("<li>{}", inlines(&item.line)));
        if !item.inside.is_empty() {
            out.push('\n');
            list(&item.inside, out);
        }
        out.push_str("</li>\n");
    }
    out.push_str("</ul>\n");
}

/// Each state with the ways that lead away from it; a picture would need a program that draws.
fn machine(places: &[Place], out: &mut String) {
    out.push_str("<ol class=\"machine\">\n");
    for (index, place) in places.iter().enumerate() {
        let (id, name) = (&place.id, escaped(&visible(&place.name)));
        let first = if index == 0 {
            " <span class=\"to\">at first</span>"
        } else {
            ""
        };
        put(
            out,
            format_args!("<li id=\"{id}\"><p class=\"place\">{name}{first}</p>\n<ul>\n"),
        );
        if place.ways.is_empty() {
            out.push_str("<li class=\"to\">nothing was found that leads on</li>\n");
        }
        for (by, to) in &place.ways {
            let to = if *to == index {
                "<span class=\"to\">stays</span>".to_owned()
            } else {
                places.get(*to).map_or_else(String::new, way)
            };
            put(out, format_args!("<li>{} {to}</li>\n", inlines(by)));
        }
        out.push_str("</ul></li>\n");
    }
    out.push_str("</ol>\n");
}

fn way(to: &Place) -> String {
    let (id, name) = (&to.id, escaped(&visible(&to.name)));
    format!("<span aria-hidden=\"true\">→</span> <a href=\"#{id}\">{name}</a>")
}

pub(crate) fn inlines(parts: &[Inline]) -> String {
    parts
        .iter()
        .map(|part| match part {
            Inline::Text(text) => escaped(&visible(text)),
            Inline::Name(name) => format!("<var>{}</var>", escaped(&visible(name))),
            Inline::Code(source) => format!("<code>{}</code>", escaped(&visible(source))),
            Inline::Link(to, content) => format!("<a href=\"#{to}\">{}</a>", inlines(content)),
        })
        .collect()
}

/// Text in which nothing means anything to HTML, as content and inside quotes.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter => out.push(letter),
        }
    }
    out
}
