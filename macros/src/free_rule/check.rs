//! Finds the mistakes of a free rule.

use crate::aggregate::returns_bool;
use crate::mistakes::Mistakes;
use crate::parameters::{self, Parameter, Use};
use crate::totality::{self, Demand};
use crate::{messages, words};
use syn::{FnArg, ItemFn, Safety, parse_quote};

pub(crate) struct Declaration {
    pub(crate) item: ItemFn,
    pub(crate) parameters: Vec<Parameter>,
}

/// `None` where a parameter has no name.
pub(crate) fn check(item: &ItemFn, mistakes: &mut Mistakes) -> Option<Declaration> {
    let sig = &item.sig;
    if let Some(token) = &sig.asyncness {
        mistakes.at(token, messages::modifier("async", words::RULE));
    }
    if let Safety::Unsafe(token) = &sig.safety {
        mistakes.at(token, messages::modifier("unsafe", words::RULE));
    }
    if let Some(abi) = &sig.abi {
        mistakes.at(abi, messages::modifier("extern", words::RULE));
    }
    if !sig.generics.params.is_empty() {
        mistakes.at(&sig.generics, messages::generic_method(words::RULE));
    }
    returns_bool(words::RULE, &sig.ident, &sig.output, mistakes);
    totality::check(&item.block, words::RULE, Demand::Total, mistakes);
    let mut parameters = Vec::new();
    for (place, input) in sig.inputs.iter().enumerate() {
        match input {
            FnArg::Receiver(receiver) => mistakes.at(receiver, messages::free_rule_receiver()),
            FnArg::Typed(_) => {
                let this = parse_quote!(Self);
                parameters.push(parameters::read(
                    input,
                    &this,
                    Use::Passed,
                    place,
                    mistakes,
                )?);
            }
        }
    }
    Some(Declaration {
        item: item.clone(),
        parameters,
    })
}
