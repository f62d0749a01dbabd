//! How events and commands are named, shown, written and read.

use crate::aggregate::declaration::{Declaration, Event, Method};
use crate::naming::plain;
use crate::parameters::Parameter;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::Attribute;

/// The impls for both enums.
pub(crate) fn wire(declaration: &Declaration) -> TokenStream {
    let event_enum = declaration.event_enum();
    let events: Vec<Variant<'_>> = declaration.events.iter().map(Variant::of_event).collect();
    let events = Payload {
        of: &event_enum,
        hidden: format_ident!("__{event_enum}"),
        what: "event",
        aggregate: &declaration.name,
        variants: &events,
    };
    let command_enum = declaration.command_enum();
    let commands: Vec<Variant<'_>> = declaration
        .commands
        .iter()
        .map(|command| Variant {
            method: &command.method,
            aliases: &[],
        })
        .collect();
    let commands = Payload {
        of: &command_enum,
        hidden: format_ident!("__{command_enum}"),
        what: "command",
        aggregate: &declaration.name,
        variants: &commands,
    };
    let (event_wire, command_wire) = (events.impls(), commands.impls());
    let event = event(&event_enum, &declaration.events);
    quote! {
        #event_wire
        #event
        #command_wire


        #[automatically_derived]
        impl ::lawful::Command for #command_enum {
            fn name(&self) -> &'static str {
                ::lawful::__private::Wire::name(self)
            }

            fn arguments(&self) -> ::std::vec::Vec<(&'static str, ::lawful::Datum)> {
                ::lawful::__private::arguments(self)
            }
        }
    }
}

fn event(of: &Ident, events: &[Event]) -> TokenStream {
    let versions = events.iter().map(|event| {
        let Event {
            method, version, ..
        } = event;
        let variant = &method.variant;
        quote!(#of::#variant { .. } => #version)
    });
    let table = events.iter().map(|event| {
        let Event {
            method,
            version,
            aliases,
            upcasts,
        } = event;
        let name = &method.name;
        let upcasts = upcasts.iter().map(|(from, path)| quote!((#from, #path)));
        quote! {
            ::lawful::__private::Versions {
                names: &[#name #(, #aliases)*],
                version: #version,
                upcasts: &[#(#upcasts),*],
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl ::lawful::Event for #of {
            fn name(&self) -> &'static str {
                ::lawful::__private::Wire::name(self)
            }

            fn arguments(&self) -> ::std::vec::Vec<(&'static str, ::lawful::Datum)> {
                ::lawful::__private::arguments(self)
            }

            fn schema_version(&self) -> u32 {
                match *self { #(#versions,)* }
            }

            fn encode(&self) -> ::lawful::__private::serde_json::Result<::std::string::String> {
                ::lawful::__private::encode(self)
            }

            fn decode(
                name: &str,
                schema_version: u32,
                data: &str,
            ) -> ::core::result::Result<Self, ::lawful::log::Undecodable> {
                ::lawful::__private::decode(&[#(#table),*], name, schema_version, data)
            }
        }
    }
}

struct Variant<'a> {
    method: &'a Method,
    aliases: &'a [String],
}

impl<'a> Variant<'a> {
    fn of_event(event: &'a Event) -> Self {
        Variant {
            method: &event.method,
            aliases: &event.aliases,
        }
    }
}

struct Payload<'a> {
    of: &'a Ident,
    /// The enum of the same variants for which serde writes its form.
    hidden: Ident,
    what: &'static str,
    aggregate: &'a str,
    variants: &'a [Variant<'a>],
}

impl Payload<'_> {
    fn impls(&self) -> TokenStream {
        let Payload {
            of,
            hidden,
            what,
            aggregate,
            ..
        } = self;
        let names = self.variants.iter().map(|variant| &variant.method.name);
        let aliases = self.variants.iter().flat_map(|variant| variant.aliases);
        let name_arms = self.variants.iter().map(|Variant { method, .. }| {
            let Method { variant, name, .. } = method;
            quote!(#of::#variant { .. } => #name)
        });
        let part_arms = self
            .variants
            .iter()
            .map(|variant| self.parts(variant.method));
        let hidden_enum = self.hidden();
        let schema = self.schema();
        quote! {
            #hidden_enum

            #[automatically_derived]
            impl ::lawful::__private::Wire for #of {
                const WHAT: &'static str = #what;
                const OF: &'static str = #aggregate;
                const NAMES: &'static [&'static str] = &[#(#names,)* #(#aliases),*];

                fn name(&self) -> &'static str {
                    match *self { #(#name_arms,)* }
                }

                fn parts(&self, each: &mut dyn ::core::ops::FnMut(&'static str, &dyn ::lawful::__private::Part)) {
                    match *self { #(#part_arms)* }
                }

                fn write<S: ::lawful::__private::serde::Serializer>(
                    &self,
                    serializer: S,
                ) -> ::core::result::Result<S::Ok, S::Error> {
                    #hidden::serialize(self, serializer)
                }

                fn read<'de, D: ::lawful::__private::serde::Deserializer<'de>>(
                    deserializer: D,
                ) -> ::core::result::Result<Self, D::Error> {
                    #hidden::deserialize(deserializer)
                }
            }

            #[automatically_derived]
            impl ::core::fmt::Display for #of {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    ::lawful::__private::display(self, f)
                }
            }

            #[automatically_derived]
            impl ::lawful::__private::serde::Serialize for #of {
                fn serialize<S: ::lawful::__private::serde::Serializer>(
                    &self,
                    serializer: S,
                ) -> ::core::result::Result<S::Ok, S::Error> {
                    ::lawful::__private::serialize(self, serializer)
                }
            }

            #[automatically_derived]
            impl<'de> ::lawful::__private::serde::Deserialize<'de> for #of {
                fn deserialize<D: ::lawful::__private::serde::Deserializer<'de>>(
                    deserializer: D,
                ) -> ::core::result::Result<Self, D::Error> {
                    ::lawful::__private::deserialize(deserializer)
                }
            }

            #schema
        }
    }

    fn parts(&self, method: &Method) -> TokenStream {
        let of = self.of;
        let variant = &method.variant;
        let fields = method
            .parameters
            .iter()
            .enumerate()
            .map(|(index, parameter)| {
                let (ident, local) = (&parameter.ident, local(index));
                quote!(#ident: ref #local)
            });
        let calls = method
            .parameters
            .iter()
            .enumerate()
            .map(|(index, parameter)| {
                let (name, local) = (plain(&parameter.ident), local(index));
                let part = written(parameter, &local).unwrap_or_else(|| local.to_token_stream());
                quote!(each(#name, #part);)
            });
        quote!(#of::#variant { #(#fields),* } => { #(#calls)* })
    }

    fn hidden(&self) -> TokenStream {
        let hidden = &self.hidden;
        let remote = self.of.to_string();
        let schema = cfg!(feature = "schema").then(|| {
            quote! {
                #[derive(::lawful::__private::schemars::JsonSchema)]
                #[schemars(crate = "::lawful::__private::schemars", rename = #remote, tag = "type", content = "data")]
            }
        });
        let variants = self.variants.iter().map(|Variant { method, aliases }| {
            let Method { variant, name, .. } = method;
            let comments = cfg!(feature = "schema")
                .then(|| method.comments())
                .unwrap_or_default();
            let fields = method.parameters.iter().map(
                |Parameter {
                     ident,
                     owned,
                     serde,
                     ..
                 }| { quote!(#(#serde)* #ident: #owned) },
            );
            quote! {
                #(#comments)*
                #[serde(rename = #name #(, alias = #aliases)*)]
                #variant { #(#fields),* }
            }
        });
        quote! {
            #[derive(::lawful::__private::serde::Serialize, ::lawful::__private::serde::Deserialize)]
            #[serde(crate = "::lawful::__private::serde", remote = #remote, deny_unknown_fields)]
            #schema
            enum #hidden {
                #(#variants,)*
            }
        }
    }

    fn schema(&self) -> Option<TokenStream> {
        let Payload { of, hidden, .. } = self;
        cfg!(feature = "schema").then(|| {
            quote! {
                #[automatically_derived]
                impl ::lawful::__private::schemars::JsonSchema for #of {
                    fn schema_name() -> ::std::borrow::Cow<'static, str> {
                        <#hidden as ::lawful::__private::schemars::JsonSchema>::schema_name()
                    }

                    fn json_schema(
                        generator: &mut ::lawful::__private::schemars::SchemaGenerator,
                    ) -> ::lawful::__private::schemars::Schema {
                        ::lawful::__private::data_is_optional(
                            <#hidden as ::lawful::__private::schemars::JsonSchema>::json_schema(generator),
                        )
                    }
                }
            }
        })
    }
}

/// A parameter that `#[serde(with = ..)]` or `serialize_with` writes: its type need not be able to write itself.
fn written(parameter: &Parameter, local: &Ident) -> Option<TokenStream> {
    let function = parameter.serde.iter().find_map(serialize_function)?;
    let owned = &parameter.owned;
    Some(quote! {
        &::lawful::__private::Written(#local, &|| {
            struct Written<'a>(&'a #owned);

            impl ::lawful::__private::serde::Serialize for Written<'_> {
                fn serialize<S: ::lawful::__private::serde::Serializer>(
                    &self,
                    serializer: S,
                ) -> ::core::result::Result<S::Ok, S::Error> {
                    #function(self.0, serializer)
                }
            }

            ::lawful::__private::datum(&Written(#local))
        })
    })
}

/// `path::serialize` of `with = "path"`, or the function of `serialize_with`.
fn serialize_function(attribute: &Attribute) -> Option<TokenStream> {
    let mut function = None;
    let parsed = attribute.parse_nested_meta(|meta| {
        let with = meta.path.is_ident("with");
        let serialize_with = meta.path.is_ident("serialize_with");
        if meta.input.peek(syn::Token![=]) {
            let value: syn::Expr = meta.value()?.parse()?;
            if with || serialize_with {
                let path: syn::Path =
                    syn::parse2::<syn::LitStr>(value.to_token_stream())?.parse()?;
                let inside = with.then(|| quote!(::serialize));
                function = Some(quote!(#path #inside));
            }
        } else if meta.input.peek(syn::token::Paren) {
            // `rename(serialize = ..)`: serde's own business.
            let content;
            syn::parenthesized!(content in meta.input);
            content.parse::<TokenStream>()?;
        }
        Ok(())
    });
    parsed.ok().and(function)
}

/// A local that no name of the author's can meet.
fn local(index: usize) -> Ident {
    Ident::new(&format!("part{index}"), Span::mixed_site())
}
