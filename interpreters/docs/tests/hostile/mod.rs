//! A model whose every text tries to be more than text: read back from somewhere, or written by somebody who quotes a lot.

use lawful::model::{
    AggregateModel, CallModel, CommandModel, Constant, DomainModel, EventModel, Expr, Field, Guard,
    HelperModel, Parameter, ProgramModel, RuleKind, RuleModel, RuleRef, ServiceModel, StateModel,
    Text,
};

/// What stands wherever there is room for text.
pub(crate) const TEXTS: [&str; 15] = [
    "<script>document.title = 'owned'</script>",
    "\"><img src=x onerror=\"document.title = 'owned'\">",
    "</style></title></pre></code><h1>owned</h1>",
    "` `` ``` code ``` `` `",
    "| a | table | \\| b |",
    "it's \"quoted\", isn't it?",
    "--> end %%{init: {}}%% --- <!-- -->",
    "# not a heading",
    "1. not a list",
    "- neither",
    "[a link](https://example.org) ![a picture](x.png) <https://example.org>",
    "_some_ *emphasis* **here** ~~gone~~ $x^2$",
    "&lt; &amp; &#60; \\u003c",
    "größer 大きい 🦀 \u{202e}sdrawkcab\u{202c} \u{200b}zero\u{0}\u{1b}[31m",
    "a line\nand another\r\nand\ta tab",
];

/// All of them, and a long one.
pub(crate) fn texts() -> Vec<String> {
    let mut all: Vec<String> = TEXTS.iter().map(ToString::to_string).collect();
    all.push("very long ".repeat(200).trim_end().to_owned());
    all.push("unbroken".repeat(200));
    all
}

/// A domain in which everything has the same text for a name, a sentence, a type and a source.
pub(crate) fn domain(text: &str) -> DomainModel {
    let own = || Text::Owned(text.to_owned());
    let parameters = vec![Parameter {
        name: own(),
        ty: own(),
        samples: Vec::new().into(),
    }];
    let guard = Guard::Rule {
        rule: RuleRef::Own(own()),
        arguments: vec![Expr::Opaque(own())].into(),
    };
    let rule = |kind| RuleModel {
        name: own(),
        sentence: own(),
        kind,
        parameters: parameters.clone().into(),
        body: Expr::Opaque(own()),
    };
    let aggregate = AggregateModel {
        name: own(),
        doc: own(),
        state: StateModel {
            name: own(),
            fields: vec![Field {
                name: own(),
                ty: own(),
            }]
            .into(),
            variants: Vec::new().into(),
            values: Vec::new().into(),
        },
        initial: Constant::Known(lawful::Datum::UNIT),
        rules: vec![rule(RuleKind::Rule)].into(),
        invariants: vec![RuleModel {
            name: format!("{text}2").into(),
            ..rule(RuleKind::Step)
        }]
        .into(),
        commands: vec![CommandModel {
            name: own(),
            doc: own(),
            parameters: parameters.clone().into(),
            requires: vec![guard.clone(), Guard::Not(vec![guard.clone()].into())].into(),
            unless: vec![Guard::Any(vec![guard.clone()].into())].into(),
            body: Expr::Event {
                name: own(),
                fields: vec![own()].into(),
                values: vec![Expr::Parameter(own())].into(),
            },
        }]
        .into(),
        events: vec![EventModel {
            name: own(),
            doc: own(),
            version: 2,
            parameters: parameters.clone().into(),
            aliases: vec![own()].into(),
            upcasts: Vec::new().into(),
            update: Expr::Assign {
                op: None,
                sides: vec![Expr::Field(own()), Expr::Parameter(own())].into(),
            },
        }]
        .into(),
        helpers: vec![HelperModel {
            name: own(),
            parameters: parameters.clone().into(),
            mutates: false,
            body: Expr::Field(own()),
        }]
        .into(),
        snapshot: None,
    };
    DomainModel {
        name: own(),
        doc: own(),
        aggregates: vec![aggregate],
        services: vec![ServiceModel {
            name: own(),
            doc: own(),
            calls: vec![CallModel {
                name: own(),
                doc: own(),
                parameters: parameters.clone().into(),
                answer: own(),
            }]
            .into(),
        }],
        programs: vec![ProgramModel {
            name: own(),
            doc: own(),
            parameters: parameters.into(),
            requires: Vec::new().into(),
            answer: own(),
            asks: Vec::new().into(),
        }],
    }
}

/// A domain with one aggregate for each text.
pub(crate) fn everything() -> DomainModel {
    let mut all = domain("everything");
    all.aggregates = texts()
        .iter()
        .flat_map(|text| domain(text).aggregates)
        .collect();
    all
}
