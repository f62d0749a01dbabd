//! What a documentation says, before it is known how it is written down: Markdown and HTML are two renderings of one tree, so neither
//! can say what the other does not, and each escapes in one place.

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Inline {
    /// Words.
    Text(String),
    /// A thing of the domain inside a sentence: a field, a parameter.
    Name(String),
    /// As it stands in the declaration.
    Code(String),
    /// Words that lead to the section of that id.
    Link(String, Vec<Inline>),
}

/// One after another, down the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Block {
    /// A line or more of running text.
    Paragraph(Vec<Inline>),
    /// Entries without an order.
    List(Vec<Item>),
    /// Lines that keep their form.
    Code(String),
    /// A diagram in Mermaid, which a page that must work alone cannot draw.
    Diagram(String),
    /// States and the ways between them.
    Machine(Vec<Place>),
    /// Something said about what stands above, under a short label: `Accepted only if`.
    Part(&'static str, Vec<Block>),
    /// Something with a heading and a place of its own, that one can link to.
    Section(Section),
}

/// An entry of a list, and the entries under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) line: Vec<Inline>,
    pub(crate) inside: Vec<Item>,
}

/// A state of a diagram, and where one can go from there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) id: String,
    pub(crate) name: String,
    /// What leads away: by which commands, and to the place of which index.
    pub(crate) ways: Vec<(Vec<Inline>, usize)>,
}

/// A heading and what stands under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Section {
    /// Unique on the page; lower-case letters, digits and hyphens.
    pub(crate) id: String,
    pub(crate) kind: Kind,
    pub(crate) title: Vec<Inline>,
    pub(crate) blocks: Vec<Block>,
}

/// What a section is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Aggregate,
    /// Commands, rules, ..: what groups sections of one kind.
    Group,
    Command,
    Rule,
    Invariant,
    Event,
    Value,
    Calculation,
    Service,
    Program,
}

impl Kind {
    /// As it is called.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Kind::Aggregate => "aggregate",
            Kind::Group => "group",
            Kind::Command => "command",
            Kind::Rule => "rule",
            Kind::Invariant => "invariant",
            Kind::Event => "event",
            Kind::Value => "value",
            Kind::Calculation => "calculation",
            Kind::Service => "service",
            Kind::Program => "program",
        }
    }
}

impl Item {
    pub(crate) fn new(line: Vec<Inline>) -> Self {
        Item {
            line,
            inside: Vec::new(),
        }
    }
}

pub(crate) fn text(text: impl Into<String>) -> Inline {
    Inline::Text(text.into())
}

pub(crate) fn name(text: impl Into<String>) -> Inline {
    Inline::Name(text.into())
}

pub(crate) fn code(text: impl Into<String>) -> Inline {
    Inline::Code(text.into())
}

pub(crate) fn link(to: &str, content: Vec<Inline>) -> Inline {
    Inline::Link(to.to_owned(), content)
}

/// A paragraph of plain words.
pub(crate) fn paragraph(words: impl Into<String>) -> Block {
    Block::Paragraph(vec![text(words)])
}
