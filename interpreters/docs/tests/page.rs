//! The page, in a real browser.

mod browser;
mod hostile;
mod shop;

use browser::{Browser, chromium};
use lawful_docs::{Docs, html};
use serde_json::{Value, json};
use shop::{Order, Shop, Stock};
use std::path::PathBuf;

/// A page in a folder of its own, open in a browser of its own; `None` where there is no browser.
struct Opened {
    browser: Browser,
    file: PathBuf,
}

impl Opened {
    fn new(name: &str, page: &str) -> Option<Self> {
        let program = chromium()?;
        let file =
            std::env::temp_dir().join(format!("lawful-docs-{name}-{}.html", std::process::id()));
        std::fs::write(&file, page).expect("the page can be written");
        let mut browser = Browser::start(&program, name);
        browser.open(&file);
        Some(Opened { browser, file })
    }

    fn value(&mut self, expression: &str) -> Value {
        self.browser.value(expression)
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.file);
    }
}

fn shop() -> String {
    let docs = Docs::of::<Shop>().explored::<Order>().expect("an order");
    html(docs.explored::<Stock>().expect("stock"))
}

/// The titles of the cards that are shown.
const SHOWN: &str = "[...document.querySelectorAll('main section')].filter(one => one.checkVisibility() && !one.querySelector('section')).map(one => one.id)";

#[test]
fn a_search_shows_what_holds_all_words_and_nothing_else() {
    let Some(mut page) = Opened::new("search", &shop()) else {
        return;
    };
    let all = page.value(SHOWN);
    assert!(all.as_array().expect("a list").len() > 25, "{all}");
    assert_eq!(
        page.value("document.getElementById('page-search').checkVisibility()"),
        true
    );

    // A key leads to it.
    page.browser.press("/");
    assert_eq!(page.value("document.activeElement.id"), "page-words");
    assert_eq!(page.value("document.activeElement.value"), "");

    page.browser.write("ENOUGH  of");
    let found = json!([
        "stock-command-fill",
        "stock-command-reserve",
        "stock-rule-has"
    ]);
    assert_eq!(page.value(SHOWN), found);
    assert_eq!(
        page.value("document.getElementById('page-found').textContent"),
        "3 found"
    );
    let entries = "[...document.querySelectorAll('nav a')].filter(one => one.checkVisibility()).map(one => one.hash)";
    let shown = page.value(entries);
    assert!(
        shown
            .as_array()
            .expect("a list")
            .contains(&json!("#stock-rule-has")),
        "{shown}"
    );
    assert!(
        !shown.as_array().expect("a list").contains(&json!("#order")),
        "{shown}"
    );

    // Who follows a link out of what was found sees where it leads.
    page.value("location.hash = '#order-command-place'");
    page.value("new Promise(done => setTimeout(done))");
    assert_eq!(page.value(SHOWN), all);

    page.browser.write("no such thing");
    assert_eq!(page.value(SHOWN), json!([]));
    assert_eq!(
        page.value("document.getElementById('page-found').textContent"),
        "Nothing found"
    );
    page.browser.press("Escape");
    assert_eq!(page.value(SHOWN), all);
    assert_eq!(page.browser.complaints, Vec::<String>::new());
}

#[test]
fn every_link_leads_somewhere_and_the_page_asks_for_nothing() {
    let Some(mut page) = Opened::new("links", &shop()) else {
        return;
    };
    let lost = "[...document.links].filter(one => !one.hash || !document.getElementById(one.hash.slice(1))).map(String)";
    assert_eq!(page.value(lost), json!([]));
    assert!(page.value("document.links.length").as_u64() > Some(100));
    let twice = "[...document.querySelectorAll('[id]')].map(one => one.id).filter((id, at, all) => all.indexOf(id) !== at)";
    assert_eq!(page.value(twice), json!([]));
    assert_eq!(page.browser.complaints, Vec::<String>::new());

    // It would be seen.
    page.value("document.links[0].href = '#nowhere'");
    assert_eq!(page.value(lost).as_array().map(Vec::len), Some(1));
    page.value("fetch('https://example.org/').catch(() => 0)");
    assert!(
        page.browser
            .complaints
            .iter()
            .any(|one| one.contains("Content Security Policy")),
        "the policy refuses it"
    );
}

#[test]
fn it_is_read_on_a_phone_and_in_the_dark() {
    let Some(mut page) = Opened::new("phone", &shop()) else {
        return;
    };
    let narrow = json!({"width": 320, "height": 640, "deviceScaleFactor": 1, "mobile": true});
    page.browser
        .ask("Emulation.setDeviceMetricsOverride", &narrow);
    for scheme in ["light", "dark"] {
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        page.browser.ask("Emulation.setEmulatedMedia", &media);
        assert_eq!(page.value("document.documentElement.scrollWidth"), 320);
        let faint = page.value(FAINT);
        assert_eq!(faint, json!([]), "{scheme}");
    }
    // It would be seen.
    page.value("document.querySelector('main p').style.color = '#777777'");
    assert_ne!(page.value(FAINT), json!([]));
    page.value("document.querySelector('main p').style.width = '600px'");
    assert_ne!(page.value("document.documentElement.scrollWidth"), 320);
}

/// Texts with less contrast to what is behind them than the 4.5 that WCAG asks for.
const FAINT: &str = "(() => {
    const parts = colour => colour.match(/[\\d.]+/g).map(Number);
    const light = colour => parts(colour).slice(0, 3)
        .map(part => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
    const behind = one => {
        for (; one; one = one.parentElement) {
            const colour = getComputedStyle(one).backgroundColor;
            if (parts(colour)[3] !== 0) return colour;
        }
    };
    return [...document.querySelectorAll('body *')]
        .filter(one => one.checkVisibility() && [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
        .filter(one => {
            const [a, b] = [light(getComputedStyle(one).color), light(behind(one))];
            return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
        })
        .map(one => one.outerHTML.slice(0, 80));
})()";

#[test]
fn it_has_landmarks_labels_and_headings_in_order() {
    let Some(mut page) = Opened::new("landmarks", &shop()) else {
        return;
    };
    let tree = page.browser.ask("Accessibility.getFullAXTree", &json!({}));
    let nodes = tree["nodes"].as_array().expect("nodes");
    let named = |role: &str| -> Vec<&str> {
        let found = nodes.iter().filter(|node| node["role"]["value"] == role);
        found
            .map(|node| node["name"]["value"].as_str().unwrap_or_default())
            .collect()
    };
    for (role, name) in [
        ("main", ""),
        ("navigation", "Contents"),
        ("search", ""),
        ("searchbox", "Search rules, commands and events"),
        ("banner", ""),
        ("contentinfo", ""),
    ] {
        assert_eq!(named(role), [name], "{role}");
    }
    assert!(named("region").iter().all(|name| !name.is_empty()));
    let jumps = "[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(one => Number(one.tagName[1])).filter((level, at, all) => level > (all[at - 1] ?? 0) + 1)";
    assert_eq!(page.value(jumps), json!([]));

    // The first key leads past the contents.
    page.browser.press("Tab");
    assert_eq!(page.value("document.activeElement.hash"), "#page-content");
}

#[test]
fn without_scripts_everything_is_there_but_the_search() {
    let Some(program) = chromium() else {
        return;
    };
    let file = std::env::temp_dir().join(format!("lawful-docs-still-{}.html", std::process::id()));
    std::fs::write(&file, shop()).expect("the page can be written");
    let mut browser = Browser::start(&program, "still");
    browser.ask(
        "Emulation.setScriptExecutionDisabled",
        &json!({"value": true}),
    );
    browser.open(&file);
    assert_eq!(
        browser.value("document.getElementById('page-search').checkVisibility()"),
        false
    );
    let shown = browser.value(SHOWN);
    assert!(shown.as_array().expect("a list").len() > 25, "{shown}");
    assert_eq!(browser.complaints, Vec::<String>::new());
    let _ = std::fs::remove_file(&file);
}

#[test]
fn on_paper_everything_is_there_in_dark_letters() {
    let Some(mut page) = Opened::new("paper", &shop()) else {
        return;
    };
    page.browser.press("/");
    page.browser.write("enough");
    let media =
        json!({"media": "print", "features": [{"name": "prefers-color-scheme", "value": "dark"}]});
    page.browser.ask("Emulation.setEmulatedMedia", &media);
    let shown = page.value(SHOWN);
    assert!(shown.as_array().expect("a list").len() > 25, "{shown}");
    for hidden in ["nav", "#page-search", "details", ".skip"] {
        let expression = format!("document.querySelector('{hidden}').checkVisibility()");
        assert_eq!(page.value(&expression), false, "{hidden}");
    }
    assert_eq!(
        page.value("getComputedStyle(document.body).color"),
        "rgb(29, 31, 35)"
    );
    assert_eq!(page.value(FAINT), json!([]));
}

#[test]
fn texts_that_try_to_be_more_stay_text() {
    let Some(mut page) = Opened::new("hostile", &html(hostile::everything())) else {
        return;
    };
    assert_eq!(page.value("document.title"), "Everything");
    assert_eq!(page.value("document.scripts.length"), 1);
    assert_eq!(
        page.value("document.querySelectorAll('img, iframe, object, embed, link, base').length"),
        0
    );
    assert_eq!(page.value("document.querySelectorAll('h1').length"), 1);
    let sentences = "[...document.querySelectorAll('main > section.aggregate > p')].map(one => one.textContent)";
    let sentences = page.value(sentences);
    for text in hostile::TEXTS {
        if !text.contains(['\u{202e}', '\n']) {
            assert!(
                sentences.as_array().expect("a list").contains(&json!(text)),
                "{text}"
            );
        }
    }
    assert_eq!(page.browser.complaints, Vec::<String>::new());
    let narrow = json!({"width": 320, "height": 640, "deviceScaleFactor": 1, "mobile": true});
    page.browser
        .ask("Emulation.setDeviceMetricsOverride", &narrow);
    assert_eq!(page.value("document.documentElement.scrollWidth"), 320);

    // Even where something slipped through, the policy of the page holds.
    let broken = html(hostile::domain("plain")).replacen(
        "plain",
        "<img src=x onerror=\"document.title = 'owned'\">",
        60,
    );
    let Some(mut page) = Opened::new("broken", &broken) else {
        return;
    };
    assert_ne!(page.value("document.querySelectorAll('img').length"), 0);
    assert_eq!(page.value("document.title"), "Plain");
    assert_ne!(page.browser.complaints, Vec::<String>::new());
}
