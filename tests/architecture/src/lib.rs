//! Tests of the layout: which way arrows point, what the language may depend on, what stands at the top.
