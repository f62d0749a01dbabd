//! What only one version has.

use lawful::Datum;
use lawful::model::{AggregateModel, Field, Parameter, StateModel};

/// Whether both versions have this command, with the same parameters.
pub(super) fn comparable(earlier: &AggregateModel, present: &AggregateModel, name: &str) -> bool {
    match (earlier.command(name), present.command(name)) {
        (Some(one), Some(two)) => same(&one.parameters, &two.parameters),
        _ => false,
    }
}

/// Whether two lists of parameters take the same values by the same names.
pub(super) fn same(one: &[Parameter], two: &[Parameter]) -> bool {
    typed(one) == typed(two)
}

/// What one version has and the other has not, or has in another form, as sentences.
pub(super) fn differences(earlier: &AggregateModel, present: &AggregateModel) -> Vec<String> {
    let mut found = Vec::new();
    if earlier.name != present.name {
        found.push(format!(
            "the aggregate is called `{}` and was called `{}`",
            present.name, earlier.name
        ));
    }
    states(&earlier.state, &present.state, "the state", &mut found);
    let (values, others) = (earlier.state.all_values(), present.state.all_values());
    for value in &values {
        let of = format!("`{}`", value.name);
        match others.iter().find(|other| other.name == value.name) {
            Some(other) => states(value, other, &of, &mut found),
            None => found.push(format!("the value {of} is gone")),
        }
    }
    for value in others {
        if !values.iter().any(|known| known.name == value.name) {
            found.push(format!("the value `{}` is new", value.name));
        }
    }
    let commands = |model: &AggregateModel| -> Vec<(String, String)> {
        let of = model.commands.iter();
        of.map(|command| (command.name.to_string(), typed(&command.parameters)))
            .collect()
    };
    let events = |model: &AggregateModel| -> Vec<(String, String)> {
        let of = model.events.iter();
        of.map(|event| (event.name.to_string(), typed(&event.parameters)))
            .collect()
    };
    let rules = |model: &AggregateModel| -> Vec<(String, String)> {
        let of = model.rules.iter().chain(model.invariants.iter());
        let own = of.map(|rule| (rule.name.to_string(), typed(&rule.parameters)));
        let free = model.free_rules().into_iter();
        own.chain(free.map(|(path, rule)| (path.to_owned(), typed(&rule.parameters))))
            .collect()
    };
    both(
        "command",
        &commands(earlier),
        &commands(present),
        &mut found,
    );
    both("event", &events(earlier), &events(present), &mut found);
    both("rule", &rules(earlier), &rules(present), &mut found);
    found
}

fn both(
    what: &str,
    earlier: &[(String, String)],
    present: &[(String, String)],
    found: &mut Vec<String>,
) {
    let of = |list: &[(String, String)], name: &str| {
        let known = list.iter().find(|(known, _)| known == name);
        known.map(|(_, parameters)| parameters.clone())
    };
    for (name, parameters) in earlier {
        match of(present, name) {
            None => found.push(format!("the {what} `{name}` is gone, and was not compared")),
            Some(now) if now != *parameters => found.push(format!(
                "the {what} `{name}` takes ({now}) and took ({parameters}), and was not compared"
            )),
            Some(_) => {}
        }
    }
    for (name, _) in present {
        if of(earlier, name).is_none() {
            found.push(format!("the {what} `{name}` is new, and was not compared"));
        }
    }
}

fn states(earlier: &StateModel, present: &StateModel, of: &str, found: &mut Vec<String>) {
    fields(&earlier.fields, &present.fields, of, found);
    for variant in earlier.variants.iter() {
        let within = format!("`{}` of {of}", variant.name);
        match present
            .variants
            .iter()
            .find(|other| other.name == variant.name)
        {
            Some(other) => fields(&variant.fields, &other.fields, &within, found),
            None => found.push(format!("the variant {within} is gone")),
        }
    }
    for variant in present.variants.iter() {
        if !earlier
            .variants
            .iter()
            .any(|known| known.name == variant.name)
        {
            found.push(format!("the variant `{}` of {of} is new", variant.name));
        }
    }
}

fn fields(earlier: &[Field], present: &[Field], of: &str, found: &mut Vec<String>) {
    for field in earlier {
        let name = &field.name;
        match present.iter().find(|other| other.name == *name) {
            None => found.push(format!("the field `{name}` of {of} is gone")),
            Some(other) if other.ty != field.ty => found.push(format!(
                "the field `{name}` of {of} is `{}` and was `{}`",
                other.ty, field.ty
            )),
            Some(_) => {}
        }
    }
    for field in present {
        if !earlier.iter().any(|known| known.name == field.name) {
            found.push(format!("the field `{}` of {of} is new", field.name));
        }
    }
}

fn typed(parameters: &[Parameter]) -> String {
    let typed = parameters.iter();
    let typed = typed.map(|parameter| format!("{}: {}", parameter.name, parameter.ty));
    typed.collect::<Vec<_>>().join(", ")
}

/// Whether two values are the same as far as both have the same fields.
pub(super) fn alike(one: &Datum, two: &Datum) -> bool {
    let each = |one: &[Datum], two: &[Datum]| {
        one.len() == two.len() && one.iter().zip(two).all(|(one, two)| alike(one, two))
    };
    match (one, two) {
        (Datum::Struct { fields: one, .. }, Datum::Struct { fields: two, .. }) => {
            common_alike(one, two)
        }
        (
            Datum::Variant { name, fields, .. },
            Datum::Variant {
                name: other,
                fields: others,
                ..
            },
        ) => name == other && common_alike(fields, others),
        (Datum::List(one), Datum::List(two)) | (Datum::Tuple(one), Datum::Tuple(two)) => {
            each(one, two)
        }
        (Datum::Option(Some(one)), Datum::Option(Some(two))) => alike(one, two),
        (Datum::Map(one), Datum::Map(two)) => {
            one.len() == two.len()
                && one
                    .iter()
                    .zip(two)
                    .all(|(one, two)| alike(&one.0, &two.0) && alike(&one.1, &two.1))
        }
        (one, two) => one == two,
    }
}

fn common_alike(one: &[(String, Datum)], two: &[(String, Datum)]) -> bool {
    one.iter().all(|(name, value)| {
        let twin = two.iter().find(|(other, _)| other == name);
        twin.is_none_or(|(_, other)| alike(value, other))
    })
}
