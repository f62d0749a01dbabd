//! Source text with canonical spacing. `TokenStream::to_string` promises none, and the way in which a file was formatted must not
//! show: only the sequence of tokens decides.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;

/// The text of code.
pub(super) fn print(source: &impl ToTokens) -> String {
    printed(source.to_token_stream(), false)
}

/// The text of a type, in which every `<` opens generic arguments.
pub(super) fn print_type(source: &impl ToTokens) -> String {
    printed(source.to_token_stream(), true)
}

fn printed(tokens: TokenStream, types: bool) -> String {
    let mut printer = Printer {
        out: String::new(),
        last: Last::Start,
        types,
    };
    printer.stream(tokens, false);
    printer.out
}

/// What stands before the next token.
#[derive(Clone, Copy, PartialEq)]
enum Last {
    /// Nothing, or an opening delimiter.
    Start,
    /// A name, literal, closing delimiter: something that a binary operator may follow.
    Operand,
    /// A keyword that an operand follows: `return`, `in`.
    Keyword,
    /// `.`, `::`, a prefix operator: the next token follows closely.
    Tight,
    /// A binary operator, a comma: a space follows, and an operand.
    Operator,
    /// A macro's `!`, or the `>` of generic arguments.
    Callable,
    /// A closing brace.
    Brace,
}

struct Printer {
    out: String,
    last: Last,
    types: bool,
}

/// Operators of several characters, the longest first. `>>` is missing on purpose: it also closes two generic lists.
const JOINED: &[&str] = &[
    "<<=", ">>=", "..=", "...", "::", "->", "=>", "==", "!=", "<=", ">=", "&&", "||", "+=", "-=",
    "*=", "/=", "%=", "^=", "&=", "|=", "..", "<<",
];

const KEYWORDS: &[&str] = &[
    "as", "async", "await", "break", "const", "else", "for", "if", "impl", "in", "let", "loop",
    "match", "move", "mut", "ref", "return", "unsafe", "while", "dyn", "where", "use",
];

impl Printer {
    fn stream(&mut self, tokens: TokenStream, call: bool) {
        let mut flat = Vec::new();
        flatten(tokens, &mut flat);
        drop_trailing_comma(&mut flat, call);
        let mut generics = 0_usize;
        let mut closure = false;
        let mut at = 0;
        while at < flat.len() {
            match &flat[at] {
                TokenTree::Group(group) => {
                    self.group(group.delimiter(), group.stream());
                    at += 1;
                }
                TokenTree::Ident(name) => {
                    let name = name.to_string();
                    self.space();
                    self.out.push_str(&name);
                    self.last = if KEYWORDS.contains(&name.as_str()) {
                        Last::Keyword
                    } else {
                        Last::Operand
                    };
                    at += 1;
                }
                TokenTree::Literal(literal) => {
                    self.space();
                    self.out.push_str(&literal.to_string());
                    self.last = Last::Operand;
                    at += 1;
                }
                TokenTree::Punct(_) => {
                    let operator = self.operator(&flat[at..], generics);
                    at += operator.len();
                    let next_is_group = matches!(flat.get(at), Some(TokenTree::Group(_)));
                    self.punctuation(&operator, &mut generics, &mut closure, next_is_group);
                }
            }
        }
    }

    /// The operator that starts here. Whether the source has spaces between its characters does not matter.
    fn operator(&self, tokens: &[TokenTree], generics: usize) -> String {
        let characters: String = tokens
            .iter()
            .map_while(|token| match token {
                TokenTree::Punct(punct) => Some(punct.as_char()),
                _ => None,
            })
            .take(3)
            .collect();
        let closes = characters.starts_with('>') && (generics > 0 || self.types);
        if !closes
            && let Some(joined) = JOINED
                .iter()
                .find(|joined| characters.starts_with(**joined))
        {
            return (*joined).to_owned();
        }
        if !closes && characters.starts_with(">>") {
            return ">>".to_owned();
        }
        characters.chars().take(1).collect()
    }

    fn punctuation(
        &mut self,
        operator: &str,
        generics: &mut usize,
        closure: &mut bool,
        next_is_group: bool,
    ) {
        let prefix = matches!(
            self.last,
            Last::Start | Last::Operator | Last::Keyword | Last::Tight
        );
        match operator {
            "," | ";" | ":" => self.put_after(operator, Last::Operator),
            "." | "::" | ".." | "..=" | "..." => {
                if matches!(self.last, Last::Operator | Last::Keyword) {
                    self.space();
                }
                self.put_after(operator, Last::Tight);
            }
            "?" => self.put_after(operator, Last::Operand),
            "'" | "#" | "$" => self.put_spaced(operator, Last::Tight),
            "!" if !prefix && next_is_group => self.put_after(operator, Last::Callable),
            "<" if self.opens_generics(prefix) => {
                *generics += 1;
                if prefix {
                    self.space();
                }
                self.put_after(operator, Last::Tight);
            }
            ">" if *generics > 0 => {
                *generics -= 1;
                self.put_after(operator, Last::Callable);
            }
            "|" if *closure => {
                *closure = false;
                self.put_after(operator, Last::Operator);
            }
            "|" if prefix => {
                *closure = true;
                self.put_spaced(operator, Last::Tight);
            }
            "||" if prefix => self.put_spaced(operator, Last::Operator),
            "-" | "*" | "&" | "!" | "&&" if prefix => self.put_spaced(operator, Last::Tight),
            _ => {
                self.out.push(' ');
                self.put_after(operator, Last::Operator);
            }
        }
    }

    /// Generic arguments follow `::`, a type's name, or nothing (`<T as Trait>::NAME`); everything else compares.
    fn opens_generics(&self, prefix: bool) -> bool {
        if prefix || self.types || self.out.ends_with("::") {
            return true;
        }
        let word = self
            .out
            .rsplit(|character: char| !character.is_alphanumeric() && character != '_')
            .next()
            .unwrap_or_default();
        self.last == Last::Operand
            && word.starts_with(char::is_uppercase)
            && word.contains(char::is_lowercase)
    }

    fn group(&mut self, delimiter: Delimiter, inner: TokenStream) {
        let (open, close) = match delimiter {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::None => ("", ""),
        };
        let call = matches!(self.last, Last::Operand | Last::Callable);
        if delimiter == Delimiter::Brace {
            if !matches!(self.last, Last::Start | Last::Tight) {
                self.out.push(' ');
            }
            self.out.push_str(open);
            if !inner.is_empty() {
                self.out.push(' ');
                self.last = Last::Start;
                self.stream(inner, true);
                self.out.push(' ');
            }
            self.out.push_str(close);
            self.last = Last::Brace;
        } else {
            if !call {
                self.space();
            }
            self.out.push_str(open);
            self.last = Last::Start;
            self.stream(inner, call || delimiter == Delimiter::Bracket);
            self.out.push_str(close);
            self.last = Last::Operand;
        }
    }

    fn space(&mut self) {
        if !matches!(self.last, Last::Start | Last::Tight) {
            self.out.push(' ');
        }
    }

    fn put_spaced(&mut self, operator: &str, last: Last) {
        self.space();
        self.put_after(operator, last);
    }

    fn put_after(&mut self, operator: &str, last: Last) {
        self.out.push_str(operator);
        self.last = last;
    }
}

/// Groups without delimiters are how macros pass on an expression; they are not seen in the source.
fn flatten(tokens: TokenStream, flat: &mut Vec<TokenTree>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                flatten(group.stream(), flat);
            }
            token => flat.push(token),
        }
    }
}

/// A formatter adds a comma where it breaks lines. Only in a tuple of one does it mean something.
fn drop_trailing_comma(tokens: &mut Vec<TokenTree>, call: bool) {
    let is_comma =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    let commas = tokens.iter().filter(|token| is_comma(token)).count();
    if tokens.last().is_some_and(is_comma) && (call || commas > 1) {
        tokens.pop();
    }
}
