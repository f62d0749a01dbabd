//! Trees as they may come out of JSON, broken ones among them: they are shown, walked and written without a panic.

use lawful::Datum;
use lawful::model::{
    AggregateModel, Arm, BinaryOp, CommandModel, Constant, EventModel, Expr, List, Literal,
    Pattern, RuleKind, RuleModel, StateModel, Text, UnaryOp,
};
use proptest::collection::vec;
use proptest::prelude::*;

fn name() -> impl Strategy<Value = Text> {
    prop_oneof![
        Just(Text::from("balance")),
        Just(Text::from("next")),
        Just(Text::from("0")),
        Just(Text::from("is_some")),
        Just(Text::from("then")),
        Just(Text::from("Some")),
        Just(Text::from("None")),
        Just(Text::from("Ok")),
        Just(Text::from("index")),
        Just(Text::from("repeat")),
        ".{0,3}".prop_map(Text::from),
    ]
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        any::<bool>().prop_map(Literal::Bool),
        (any::<i128>(), name()).prop_map(|(value, ty)| Literal::Int { value, ty }),
        name().prop_map(Literal::Float),
        name().prop_map(Literal::Str),
        any::<char>().prop_map(Literal::Char),
    ]
}

fn list<T: Clone + std::fmt::Debug + 'static>(
    item: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = List<T>> {
    vec(item, 0..4).prop_map(List::Owned)
}

fn pattern() -> impl Strategy<Value = Pattern> {
    let leaf = prop_oneof![
        Just(Pattern::Wild),
        Just(Pattern::Rest),
        literal().prop_map(Pattern::Literal),
        name().prop_map(|name| Pattern::Constant(name, Constant::Known(Datum::Bool(true)))),
        (
            list(literal().prop_map(Expr::Literal)),
            list(literal().prop_map(Expr::Literal)),
            any::<bool>()
        )
            .prop_map(|(from, to, inclusive)| Pattern::Range {
                from,
                to,
                inclusive
            }),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            (name(), list(inner.clone())).prop_map(|(name, inner)| Pattern::Bind(name, inner)),
            list(inner.clone()).prop_map(Pattern::Tuple),
            list(inner.clone()).prop_map(Pattern::Slice),
            list(inner.clone()).prop_map(Pattern::Any),
            (name(), list(name()), list(inner)).prop_map(|(path, fields, patterns)| {
                Pattern::Construct {
                    path,
                    fields,
                    patterns,
                }
            }),
        ]
    })
}

fn unary() -> impl Strategy<Value = UnaryOp> {
    prop_oneof![Just(UnaryOp::Not), Just(UnaryOp::Neg)]
}

fn binary() -> impl Strategy<Value = BinaryOp> {
    prop_oneof![
        Just(BinaryOp::And),
        Just(BinaryOp::Or),
        Just(BinaryOp::Lt),
        Just(BinaryOp::Add),
        Just(BinaryOp::Mul),
        Just(BinaryOp::BitXor),
        Just(BinaryOp::Shl),
    ]
}

fn expr() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        literal().prop_map(Expr::Literal),
        name().prop_map(|name| Expr::Constant(name, Constant::Known(Datum::Bool(true)))),
        name().prop_map(Expr::Field),
        Just(Expr::State),
        Just(Expr::Deciding),
        name().prop_map(Expr::Parameter),
        name().prop_map(Expr::Local),
        name().prop_map(Expr::Broken),
        name().prop_map(Expr::Opaque),
    ];
    leaf.prop_recursive(5, 40, 3, |inner| {
        let parts = || list(inner.clone());
        let arm = (pattern(), parts(), parts()).prop_map(|(pattern, guard, body)| Arm {
            pattern,
            guard,
            body,
        });
        prop_oneof![
            (parts(), name()).prop_map(|(of, field)| Expr::Access { of, field }),
            parts().prop_map(Expr::Borrow),
            (unary(), parts()).prop_map(|(op, of)| Expr::Unary { op, of }),
            (binary(), parts()).prop_map(|(op, sides)| Expr::Binary { op, sides }),
            (parts(), name()).prop_map(|(of, ty)| Expr::Cast { of, ty }),
            parts().prop_map(|parts| Expr::If { parts }),
            (pattern(), parts(), parts()).prop_map(|(pattern, of, guard)| Expr::Let {
                pattern,
                of,
                guard
            }),
            (parts(), list(arm)).prop_map(|(of, arms)| Expr::Match { of, arms }),
            (name(), parts(), parts()).prop_map(|(name, of, arguments)| Expr::Method {
                name,
                of,
                arguments
            }),
            (list(pattern()), parts())
                .prop_map(|(parameters, body)| Expr::Closure { parameters, body }),
            (name(), parts()).prop_map(|(name, arguments)| Expr::Rule { name, arguments }),
            (name(), parts()).prop_map(|(name, arguments)| Expr::Helper { name, arguments }),
            (parts(), parts()).prop_map(|(state, call)| Expr::Of { state, call }),
            (name(), parts()).prop_map(|(path, arguments)| Expr::Function { path, arguments }),
            (name(), list(name()), parts(), parts()).prop_map(|(path, fields, values, base)| {
                Expr::Construct {
                    path,
                    fields,
                    values,
                    base,
                }
            }),
            parts().prop_map(Expr::Tuple),
            parts().prop_map(Expr::Array),
            (parts(), parts(), any::<bool>()).prop_map(|(from, to, inclusive)| Expr::Range {
                from,
                to,
                inclusive
            }),
            (parts(), any::<bool>())
                .prop_map(|(statements, value)| Expr::Block { statements, value }),
            (pattern(), parts()).prop_map(|(pattern, parts)| Expr::Bind { pattern, parts }),
            (proptest::option::of(binary()), parts())
                .prop_map(|(op, sides)| Expr::Assign { op, sides }),
            (pattern(), parts()).prop_map(|(pattern, parts)| Expr::For { pattern, parts }),
            parts().prop_map(Expr::Return),
            parts().prop_map(Expr::Try),
            (name(), list(name()), parts()).prop_map(|(name, fields, values)| Expr::Event {
                name,
                fields,
                values
            }),
            parts().prop_map(Expr::Emit),
        ]
    })
}

/// A model in which the tree stands wherever a tree may stand.
fn model(tree: &Expr) -> AggregateModel {
    let none = || List::Owned(Vec::new());
    AggregateModel {
        name: "any".into(),
        doc: "".into(),
        state: StateModel {
            name: "Any".into(),
            fields: List::Owned(Vec::new()),
            variants: List::Owned(Vec::new()),
            values: List::Owned(Vec::new()),
        },
        initial: Constant::Known(Datum::UNIT),
        rules: List::Owned(vec![RuleModel {
            name: "rule".into(),
            sentence: "".into(),
            kind: RuleKind::Rule,
            parameters: List::Owned(Vec::new()),
            body: tree.clone(),
        }]),
        invariants: List::Owned(Vec::new()),
        helpers: List::Owned(Vec::new()),
        commands: List::Owned(vec![CommandModel {
            name: "command".into(),
            doc: "".into(),
            parameters: List::Owned(Vec::new()),
            requires: none(),
            unless: none(),
            body: tree.clone(),
        }]),
        events: List::Owned(vec![EventModel {
            name: "event".into(),
            doc: "".into(),
            version: 1,
            parameters: List::Owned(Vec::new()),
            aliases: List::Owned(Vec::new()),
            upcasts: List::Owned(Vec::new()),
            update: tree.clone(),
        }]),
        snapshot: None,
    }
}

proptest! {
    #[test]
    fn any_tree_is_shown_and_comes_back_from_json(tree in expr()) {
        let model = model(&tree);
        let text = model.to_string();
        prop_assert!(text.starts_with("aggregate any\n"));
        prop_assert_eq!(model.fold_fingerprint().is_some(), tree.opaque().is_empty());
        let json = serde_json::to_string(&model).unwrap();
        let back: AggregateModel = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(back.to_string(), text);
        prop_assert_eq!(&back, &model);
        prop_assert_eq!(back.rules[0].body.to_string(), tree.to_string());
    }
}
