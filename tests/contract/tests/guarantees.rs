//! The page of guarantees names tests and rules that exist, and every rule.

use lawful_contract::Rule;
use lawful_contract::engine::EngineRule;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const PAGE: &str = include_str!("../GUARANTEES.md");

/// The table's cells, row by row, without its head.
fn rows(page: &str) -> Vec<Vec<&str>> {
    let lines = page.lines().filter(|line| line.starts_with('|'));
    let cells = lines.map(|line| line.trim_matches('|').split('|').map(str::trim));
    cells.skip(2).map(Iterator::collect).collect()
}

/// What stands between backticks.
fn names(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// What is wrong with a cell for one log: it names tests, or it says why there is none.
fn wrong(cell: &str) -> Option<String> {
    if cell.starts_with("no: ") {
        return None;
    }
    let mut named = names(cell).peekable();
    if named.peek().is_none() {
        return Some(format!("`{cell}` names no test and no reason"));
    }
    let mut unknown = named.filter(|name| !is_test(name));
    unknown.next().map(|name| format!("`{name}` is no test"))
}

/// Whether there is such a test: `folder::file::function`, or with the kind of log before the function.
fn is_test(name: &str) -> bool {
    let parts: Vec<&str> = name.split("::").collect();
    let (folder, file, kind, function) = match parts[..] {
        [folder, file, function] => (folder, file, None, function),
        [folder, file, kind, function] => (folder, file, Some(kind), function),
        _ => return false,
    };
    let Some(source) = source(folder, file) else {
        return false;
    };
    match kind {
        None => {
            let declared = [
                format!("\nfn {function}("),
                format!("\nasync fn {function}("),
            ];
            let before = declared.iter().find_map(|start| source.find(start));
            // The attribute is the line before.
            before.is_some_and(|end| {
                let line = source[..end].lines().next_back().unwrap_or_default();
                line.starts_with("#[test]") || line.starts_with("#[tokio::test")
            })
        }
        Some(kind) => {
            let list = source.split_once("on_every_log! {");
            let list = list.and_then(|(_, rest)| rest.split_once('}'));
            let made = |(list, _): (&str, &str)| list.split(',').any(|one| one.trim() == function);
            ["in_memory", "on_sqlite", "on_postgres"].contains(&kind) && list.is_some_and(made)
        }
    }
}

/// The text of a test file of a crate, which may stand in a folder of its own.
fn source(folder: &str, file: &str) -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let crates = [
        root.join("interpreters").join(folder),
        root.join("tests").join(folder),
    ];
    let mut candidates: Vec<PathBuf> = Vec::new();
    for tests in crates.map(|folder| folder.join("tests")) {
        let inside = fs::read_dir(&tests).into_iter().flatten().flatten();
        candidates.extend(inside.map(|entry| entry.path()));
        candidates.push(tests);
    }
    let name = format!("{file}.rs");
    let mut texts = candidates
        .iter()
        .map(|folder| fs::read_to_string(folder.join(&name)));
    texts.find_map(Result::ok)
}

#[test]
fn every_cell_names_a_test_that_exists_or_says_why_there_is_none() {
    let rows = rows(PAGE);
    assert!(rows.len() >= 20, "the table is seen: {} rows", rows.len());
    let logs = rows[0].len() - 2;
    for row in &rows {
        let [promise, _, cells @ ..] = &row[..] else {
            panic!("a row of too few cells: {row:?}");
        };
        assert_eq!(cells.len(), logs, "{promise}");
        let wrong: Vec<String> = cells.iter().filter_map(|cell| wrong(cell)).collect();
        assert!(wrong.is_empty(), "{promise}: {wrong:?}");
    }
}

#[test]
fn a_name_of_no_test_is_found_out() {
    for right in [
        "`postgres::order::a_reader_never_passes_a_slow_committer`",
        "`processes::crashes::on_postgres::a_process_that_crashes_anywhere_ends_well`",
        "no: there is none",
    ] {
        assert_eq!(wrong(right), None);
    }
    for planted in [
        // No such function, file, folder; a function that is no test; a kind that is none; not in the list.
        "`postgres::order::a_reader_never_passes_a_fast_committer`",
        "`postgres::disorder::a_reader_never_passes_a_slow_committer`",
        "`mysql::order::a_reader_never_passes_a_slow_committer`",
        "`postgres::order::append_by_hand`",
        "`processes::crashes::on_paper::a_process_that_crashes_anywhere_ends_well`",
        "`processes::crashes::on_postgres::a_process_that_crashes_nowhere_ends_well`",
        "`order`",
        "yes",
        "",
    ] {
        assert!(wrong(planted).is_some(), "{planted}");
    }
}

#[test]
fn every_rule_belongs_to_one_promise() {
    let of_logs = Rule::ALL.iter().map(|rule| rule.name());
    let of_engines = EngineRule::ALL.iter().map(|rule| rule.name());
    let mut expected = BTreeMap::<&str, usize>::new();
    for name in of_logs.chain(of_engines) {
        *expected.entry(name).or_default() += 1;
    }
    let mut found = BTreeMap::<&str, usize>::new();
    for row in rows(PAGE) {
        for name in names(row[1]) {
            *found.entry(name).or_default() += 1;
        }
    }
    assert_eq!(found, expected);
}
