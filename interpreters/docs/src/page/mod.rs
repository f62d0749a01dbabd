//! The HTML page around the content.

use crate::Docs;
use crate::block::{Block, Kind, Section};
use crate::content::title;
use crate::render::html::{escaped, inlines, write};
use crate::render::visible;
use std::fmt::Write;

const STYLE: &str = include_str!("style.css");

/// Runs in the page; all that it does is to search.
const SCRIPT: &str = include_str!("search.js");

/// Nothing may be loaded, and no script may run but the one above, whatever an author's sentence holds.
const POLICY: &str = concat!(
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; script-src '",
    include_str!("search.sha256"),
    "'"
);

/// The whole page.
pub(crate) fn page(docs: &Docs, blocks: &[Block]) -> String {
    let heading = escaped(&visible(&title(&docs.model.name)));
    let mut content = String::new();
    write(blocks, 2, &mut content);
    let mut navigation = String::new();
    entries(blocks, &mut navigation);
    format!(
        "<!DOCTYPE html>\n\
         <html lang=\"en\">\n\
         <head>\n\
         <meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{heading}</title>\n\
         <style>\n{STYLE}</style>\n\
         </head>\n\
         <body>\n\
         <a class=\"skip\" href=\"#page-content\">Skip to the content</a>\n\
         <header>\n\
         <h1 id=\"page-top\">{heading}</h1>\n\
         <form id=\"page-search\" role=\"search\" hidden>\n\
         <label for=\"page-words\">Search rules, commands and events</label>\n\
         <input id=\"page-words\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\">\n\
         <p id=\"page-found\" role=\"status\"></p>\n\
         </form>\n\
         </header>\n\
         <nav aria-label=\"Contents\">\n{navigation}</nav>\n\
         <main id=\"page-content\" tabindex=\"-1\">\n{content}</main>\n\
         <footer>\n\
         <p>Made from the declaration of the domain, which is also what runs. <a href=\"#page-top\">Back to the top</a></p>\n\
         </footer>\n\
         <script>{SCRIPT}</script>\n\
         </body>\n\
         </html>\n"
    )
}

/// The table of contents: sections and what stands in them, two levels deep below each aggregate.
fn entries(blocks: &[Block], out: &mut String) {
    let sections: Vec<&Section> = sections(blocks);
    if sections.is_empty() {
        return;
    }
    out.push_str("<ul>\n");
    for section in sections {
        let _ = write!(
            out,
            "<li><a href=\"#{}\">{}</a>",
            section.id,
            entry(section)
        );
        out.push('\n');
        entries(&section.blocks, out);
        out.push_str("</li>\n");
    }
    out.push_str("</ul>\n");
}

fn sections(blocks: &[Block]) -> Vec<&Section> {
    let sections = blocks.iter().filter_map(|block| match block {
        Block::Section(section) => Some(section),
        _ => None,
    });
    sections.collect()
}

/// A title without what it is called in the declaration.
fn entry(section: &Section) -> String {
    match section.kind {
        Kind::Group => inlines(&section.title),
        _ => inlines(section.title.get(..1).unwrap_or_default()),
    }
}
