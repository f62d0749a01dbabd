//! The commands of an aggregate as requests of a program: `bank.account(id).withdraw(50)`.

use super::enums::{constructor_inputs, refused};
use crate::aggregate::declaration::{Declaration, Method};
use crate::naming::{self, plain};
use crate::words;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

pub(crate) fn calls(declaration: &Declaration) -> TokenStream {
    let Declaration {
        path,
        ident,
        name,
        conditions,
        vis,
        ..
    } = declaration;
    let aggregate = plain(ident);
    let (calls, call) = (
        format_ident!("{aggregate}Calls", span = ident.span()),
        format_ident!("Call{aggregate}", span = ident.span()),
    );
    let doc = format!("The commands of one `{aggregate}` as requests of a program.");
    let call_doc = format!("`bank.{name}(id)`: the calls of one `{aggregate}`, in a program.");
    let entry = naming::identifier(name, ident.span());
    let commands = declaration
        .commands
        .iter()
        .filter(|command| !refused(&command.method))
        .filter(|command| !words::RESERVED_COMMANDS.contains(&command.method.name.as_str()))
        .map(|command| request(declaration, &command.method));
    quote! {
        #[doc = #doc]
        #conditions
        #[must_use = "calls do nothing until one of them is `.await`ed"]
        #[allow(clippy::all, clippy::pedantic, dead_code, missing_debug_implementations, private_interfaces, unreachable_pub)]
        #vis struct #calls<'program, __R: ::lawful::program::Row> {
            perform: &'program mut ::lawful::program::Perform<__R>,
            id: ::lawful::Id<#path>,
        }

        #conditions
        #[allow(clippy::all, clippy::pedantic, dead_code, missing_docs, private_bounds, private_interfaces, unreachable_pub)]
        impl<'program, __R: ::lawful::program::Row> #calls<'program, __R> {
            #(#commands)*

            /// The present state.
            #vis fn state(self) -> ::lawful::program::Asking<'program, __R, ::lawful::program::Sees<#path>>
            where
                __R::Domain: ::lawful::Has<#path>,
            {
                self.perform.state::<#path>(self.id)
            }
        }

        #[doc = #call_doc]
        #conditions
        #[allow(clippy::all, clippy::pedantic, dead_code, private_bounds, private_interfaces, unreachable_pub)]
        #vis trait #call<__R: ::lawful::program::Row> {
            #[doc = #call_doc]
            fn #entry(&mut self, id: ::lawful::Id<#path>) -> #calls<'_, __R>
            where
                __R::Domain: ::lawful::Has<#path>;
        }

        #conditions
        #[doc(hidden)]
        #[allow(clippy::all, clippy::pedantic, private_bounds, private_interfaces)]
        const _: () = {
            #[automatically_derived]
            impl<__R: ::lawful::program::Row> #call<__R> for ::lawful::program::Perform<__R> {
                #[inline]
                fn #entry(&mut self, id: ::lawful::Id<#path>) -> #calls<'_, __R>
                where
                    __R::Domain: ::lawful::Has<#path>,
                {
                    #calls { perform: self, id }
                }
            }

            #[automatically_derived]
            impl ::lawful::program::Callable for #path {
                type Calls<'program, __R: ::lawful::program::Row> = #calls<'program, __R>;

                #[inline]
                fn calls<__R: ::lawful::program::Row>(
                    perform: &mut ::lawful::program::Perform<__R>,
                    id: ::lawful::Id<Self>,
                ) -> #calls<'_, __R> {
                    #calls { perform, id }
                }
            }
        };
    }
}

fn request(declaration: &Declaration, method: &Method) -> TokenStream {
    let Declaration { path, vis, .. } = declaration;
    let ident = &method.ident;
    let comments = method.comments();
    let inputs = constructor_inputs(method);
    let arguments: Vec<&Ident> = method
        .parameters
        .iter()
        .map(|parameter| &parameter.ident)
        .collect();
    let command_enum = declaration.command_enum();
    quote! {
        #(#comments)*
        #[inline]
        #vis fn #ident(
            self,
            #(#inputs),*
        ) -> ::lawful::program::Asking<'program, __R, ::lawful::program::Receives<#path>>
        where
            __R::Domain: ::lawful::Has<#path>,
        {
            self.perform.command::<#path>(self.id, #command_enum::#ident(#(#arguments),*))
        }
    }
}
