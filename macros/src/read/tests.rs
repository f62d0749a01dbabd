use super::{Scope, body, source, type_text};
use proc_macro2::TokenStream;
use std::str::FromStr;

fn printed(source: &str) -> String {
    source::print(&TokenStream::from_str(source).unwrap())
}

#[track_caller]
fn is_canonical(text: &str) {
    assert_eq!(printed(text), text);
}

#[test]
fn source_text_reads_as_a_formatter_would_write_it() {
    for text in [
        "let x: Vec<Id<Account>> = Vec::new();",
        "a < b && c > d",
        "LIMIT < amount >> 2",
        "-x * !y - *z",
        "&mut self.items",
        "f(&x, |a, b| a + b)",
        "names.iter().map(|name| name.len()).sum::<usize>()",
        "move || { 1 }",
        "vec![1, 2]",
        "format!(\"{x} {}\", a.b)",
        "loop { break; }",
        "while i < n { i += 1; }",
        "match x { Some(1..=3) => true, None | Some(_) => false }",
        "if let Some(x) = y { x } else { 0 }",
        "<T as Default>::default()",
        "x as i64 < y",
        "(a,)",
        "a[0]",
        "&'a str",
        "x?.y",
        "return (a, b)",
        "Order::Placed { lines, .. }",
        "unsafe { f(amount) }",
        "async move { g().await }",
        "#[allow(x)] y",
        "{}",
    ] {
        is_canonical(text);
    }
}

#[test]
fn the_formatting_of_the_source_does_not_show() {
    for (one, other) in [
        ("a<b", "a < b"),
        ("f(\n    a,\n    b,\n)", "f(a, b)"),
        ("f(\n    a,\n)", "f(a)"),
        ("[\n  1,\n]", "[1]"),
        ("Vec<Vec<u8> >::new()", "Vec<Vec<u8>>::new()"),
        ("x . y ( )", "x.y()"),
        ("vec ! [ 1 ]", "vec![1]"),
        ("a- -b", "a - -b"),
        ("Foo{a,b:1,}", "Foo { a, b: 1 }"),
    ] {
        assert_eq!(printed(one), printed(other));
    }
}

#[test]
fn types_have_one_spelling() {
    for (source, text) in [
        (
            "BTreeMap < Id<LineItem>, LineItem >",
            "BTreeMap<Id<LineItem>, LineItem>",
        ),
        ("Option<Vec<Vec<u8>>>", "Option<Vec<Vec<u8>>>"),
        ("[ u8 ; 32 ]", "[u8; 32]"),
        ("( i64 , )", "(i64,)"),
        ("& 'static str", "&'static str"),
        (
            "std::collections::BTreeSet<X>",
            "std::collections::BTreeSet<X>",
        ),
        ("fn(i64) -> bool", "fn(i64) -> bool"),
        (
            "Box<dyn Fn(i64) -> bool + Send>",
            "Box<dyn Fn(i64) -> bool + Send>",
        ),
        ("T<X>", "T<X>"),
        ("()", "()"),
    ] {
        assert_eq!(type_text(&syn::parse_str(source).unwrap()), text);
    }
}

/// What is read of a body in a scope without any names, as the text of tokens.
fn read(source: &str) -> String {
    let scope = Scope {
        aggregate: None,
        event_enum: None,
        rule_enum: None,
        parameters: Vec::new(),
        rules: Vec::new(),
        events: Vec::new(),
        helpers: Vec::new(),
        event_names: Vec::new(),
    };
    body(&scope, &syn::parse_str(source).unwrap()).to_string()
}

#[test]
fn whatever_parses_is_read_without_a_panic() {
    for source in [
        "{ loop {} }",
        "{ x.await }",
        "{ async { 1 } }",
        "{ unsafe { 1 } }",
        "{ 'a: for x in y { break 'a; } }",
        "{ const { 1 } }",
        "{ let x; x = 1; x }",
        "{ use std::mem; mem::take(&mut self.x) }",
        "{ fn inner() {} inner() }",
        "{ #[cfg(test)] let x = 1; }",
        "{ (self.f)(1) }",
        "{ matches!(nonsense) }",
        "{ matches!() }",
        "{ vec![=] }",
        "{ 340282366920938463463374607431768211455 }",
        "{ b\"bytes\" }",
        "{ c\"text\" }",
        "{ match x {} }",
        "{ let (a, .., b) = x; a }",
        "{ let Foo(.., b) = x; b }",
        "{ let [a, .., b] = x; a }",
        "{ static X: i64 = 1; X }",
        "{ &raw const x }",
        "{ |x: i64| -> i64 { x } }",
        "{ self::X }",
        "{ <T>::X }",
        "{ yield 1 }",
        "{ r#match + r#type }",
        "{ ;;; }",
        "{ macro_rules! m { () => {} } m!() }",
        "{ x = y = z }",
        "{ .. }",
        "{ a..=b }",
        "{ _ = 1; }",
        "{ (a, b) = (b, a); }",
        "{ 1.0e10_f64 + 1f32 }",
        "{ if let x = y && z {} }",
    ] {
        assert!(read(source).contains("lawful"), "{source}");
    }
}
