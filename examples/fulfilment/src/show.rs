//! What is printed: lines, and the spans of requests when they are over.

use std::collections::BTreeMap;
use std::fmt::{Debug, Display};
use std::io::Write;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// Prints a line. Whoever reads no further, as with `| head`, misses nothing.
pub(crate) fn say(line: impl Display) {
    let _nobody_reads_any_more = writeln!(std::io::stdout(), "{line}");
}

/// Prints each span that a run leaves: `step 4: payments.charge(..): answered`.
pub(crate) struct Print;

/// The fields of a span.
#[derive(Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Fields {
    fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("-", String::as_str)
    }
}

impl<S: Subscriber + for<'s> LookupSpan<'s>> Layer<S> for Print {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.target().starts_with("lawful")
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else {
            return;
        };
        let extensions = span.extensions();
        let Some(fields) = extensions.get::<Fields>() else {
            return;
        };
        let get = |name| fields.get(name);
        if span.name() == "run" {
            say(format!("run of {}, {}", get("program"), get("run")));
            say(format!("  correlation {}", get("correlation")));
            say(format!("  causation   {}", get("causation")));
            return;
        }
        say(format!("step {}: {}", get("step"), get("request")));
        match get("outcome") {
            "failed" => say(format!("  failed: {}", get("error"))),
            outcome => say(format!("  {outcome}")),
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}
