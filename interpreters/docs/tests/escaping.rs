//! Whatever a name or a sentence holds, it stays text.

mod hostile;

use lawful::model::DomainModel;
use lawful_docs::{Docs, html, json, markdown};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// The tags of a page with their attributes, without their values.
fn tags(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    for rest in page.split('<').skip(1) {
        let tag = rest.split('>').next().expect("the first part");
        let mut outside = String::new();
        for (index, part) in tag.split('"').enumerate() {
            if index % 2 == 0 {
                outside.push_str(part);
            }
        }
        found.push(outside.replace('=', ""));
    }
    found
}

/// The page without its own script and style.
fn without_own(page: &str) -> String {
    let mut page = page.to_owned();
    for (from, to) in [("<style>", "</style>"), ("<script>", "</script>")] {
        let start = page.find(from).expect("our own") + from.len();
        let end = start + page[start..].find(to).expect("its end");
        page.replace_range(start..end, "");
    }
    page
}

#[test]
fn a_page_has_the_same_tags_whatever_the_texts_are() {
    let shape = |text: &str| tags(&without_own(&html(hostile::domain(text))));
    let plain = shape("plain");
    assert!(plain.len() > 150, "{} tags", plain.len());
    for text in hostile::texts() {
        assert_eq!(shape(&text), plain, "{text}");
    }

    // It would be seen.
    let page = without_own(&html(hostile::domain("plain")));
    for broken in ["<b>", "<a onclick=\"\">"] {
        assert_ne!(tags(&page.replacen("plain", broken, 1)), plain);
    }
}

/// What a parser of Markdown sees that is no text: the sequence of elements, and the texts between them.
fn elements(markdown: &str) -> (Vec<String>, String) {
    let (mut elements, mut texts) = (Vec::new(), String::new());
    let options = Options::all()
        - Options::ENABLE_SMART_PUNCTUATION
        - Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Text(text) | Event::Code(text) => texts.push_str(&text),
            Event::SoftBreak => texts.push('\n'),
            Event::Start(Tag::Link { dest_url, .. }) => {
                assert!(dest_url.starts_with('#'), "{dest_url}");
                elements.push("link".to_owned());
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => {
                elements.push(format!("code in {language}"));
            }
            Event::InlineHtml(tag) => {
                let anchor = tag.starts_with("<a id=\"") && tag.ends_with("\">") || &*tag == "</a>";
                assert!(anchor, "{tag}");
                elements.push("anchor".to_owned());
            }
            Event::Start(tag) => elements.push(
                format!("{tag:?}")
                    .split('(')
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
            ),
            Event::End(TagEnd::Heading(level)) => elements.push(format!("end of {level}")),
            Event::End(_) => {}
            other => elements.push(format!("{other:?}")),
        }
    }
    (elements, texts)
}

#[test]
fn markdown_has_the_same_elements_whatever_the_texts_are() {
    let (plain, _) = elements(&markdown(hostile::domain("plain")));
    assert!(plain.len() > 80, "{} elements", plain.len());
    for text in hostile::texts() {
        let (found, texts) = elements(&markdown(hostile::domain(&text)));
        assert_eq!(found, plain, "{text}");
        let words = text
            .split_whitespace()
            .take(2)
            .collect::<Vec<_>>()
            .join(" ");
        assert!(texts.contains(&words), "`{words}` is not in\n{texts}");
    }

    // It would be seen.
    let broken = markdown(hostile::domain("plain")).replacen("plain", "[x](#y)", 1);
    assert_ne!(elements(&broken).0, plain);
}

#[test]
fn labels_of_diagrams_are_letters_digits_and_numbers_of_letters() {
    let is_plain = |label: &str| {
        let mut rest = label;
        while let Some((before, after)) = rest.split_once('#') {
            let (number, after) = after.split_once(';').expect("the end of a number");
            assert!(number.parse::<u32>().is_ok(), "{label}");
            assert!(
                before
                    .chars()
                    .all(|letter| letter.is_alphanumeric() || " ,.…".contains(letter))
            );
            rest = after;
        }
        rest.chars()
            .all(|letter| letter.is_alphanumeric() || " ,.…".contains(letter))
    };
    for text in hostile::texts() {
        for (name, source) in Docs::from(hostile::domain(&text)).mermaid() {
            assert!(
                name.chars()
                    .all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter)),
                "{name}"
            );
            let labels: Vec<&str> = source.split('"').skip(1).step_by(2).collect();
            assert!(labels.len() >= 2, "{source}");
            for label in labels {
                assert!(is_plain(label) && !label.is_empty(), "{label}");
                assert!(label.chars().count() < 800, "{label}");
            }
        }
    }
    assert!(!is_plain("a]"), "it would be seen");
}

#[test]
fn json_reads_back_as_the_model_that_it_was() {
    let model = hostile::everything();
    let whole: serde_json::Value = serde_json::from_str(&json(&model)).expect("JSON");
    let back: DomainModel = serde_json::from_value(whole["model"].clone()).expect("a model");
    assert_eq!(back, model);
    // And so does everything that is made of it.
    assert_eq!(markdown(&back), markdown(&model));
    assert_eq!(html(&back), html(&model));
}

#[test]
fn every_diagram_has_a_file_of_its_own() {
    let folder = std::env::temp_dir().join(format!("lawful-docs-files-{}", std::process::id()));
    let docs = Docs::from(hostile::everything());
    let mut written = docs
        .write(&folder)
        .expect("every name can be one of a file");
    let diagrams = docs.mermaid();
    assert!(
        diagrams.iter().all(|(_, source)| source.len() < 50_000),
        "Mermaid draws no more"
    );
    assert_eq!(diagrams.len(), 1 + hostile::texts().len());
    written.sort();
    written.dedup();
    assert_eq!(written.len(), 3 + diagrams.len());
    assert!(
        written
            .iter()
            .all(|file| file.parent() == Some(&folder) && file.is_file())
    );
    std::fs::remove_dir_all(folder).expect("our own folder");
}

#[test]
fn what_would_not_be_seen_is_shown_by_its_number() {
    let model = hostile::domain("a\u{202e}b\u{0}c");
    for written in [html(&model), markdown(&model)] {
        assert!(!written.contains(['\u{202e}', '\u{0}']));
        assert!(
            written.contains("u{202e}") && written.contains("u{0}"),
            "{written}"
        );
    }
}

#[test]
fn ids_on_a_page_are_unique_and_links_lead_to_them() {
    let page = html(hostile::everything());
    let values = |attribute: &str| -> Vec<String> {
        let parts = page.split(attribute).skip(1);
        parts
            .map(|rest| rest.split('"').next().expect("a value").to_owned())
            .collect()
    };
    let mut ids = values(" id=\"");
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count, "some id stands twice");
    let links = values("href=\"#");
    assert!(links.len() > 100, "{} links", links.len());
    for link in links {
        assert!(ids.contains(&link), "nothing has the id `{link}`");
    }
}
