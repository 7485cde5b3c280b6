//! Structures and unions.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{LONGEST_FILE, number, pretty, source};
use crate::File;
use crate::names::ident;
use crate::plan::{Field, Stream, Type};

/// `types.rs`, or `types.rs` and a folder of parts when it would be too long.
pub(super) fn files(folder: &str, types: &[&Type<'_>]) -> Vec<File> {
    let parts = split(types);
    if let [only] = &parts[..] {
        return vec![source(folder, "types.rs", only.content())];
    }
    let names: Vec<String> = parts.iter().map(Part::name).collect();
    let root: String = names
        .iter()
        .map(|name| format!("mod {name};\n"))
        .chain(names.iter().map(|name| format!("\npub use {name}::*;")))
        .collect();
    let mut files = vec![source(folder, "types.rs", format!("{root}\n"))];
    for (name, part) in names.iter().zip(&parts) {
        files.push(source(folder, &format!("types/{name}.rs"), part.content()));
    }
    files
}

/// Types that follow each other in one file.
#[derive(Default)]
struct Part<'a> {
    types: Vec<&'a Type<'a>>,
    texts: Vec<String>,
    lines: usize,
}

impl Part<'_> {
    fn name(&self) -> String {
        let first = self.types.first().map_or("none", |it| &it.name);
        format!("from_{}", crate::names::snake(first))
    }

    fn content(&self) -> String {
        let streams = streams(&self.types);
        let streams = (!streams.is_empty()).then(|| quote!(use fogbank_service::{#(#streams),*};));
        let mut content = pretty(quote! {
            use fogbank_service::generated::*;
            #streams

            use crate::*;
        });
        for text in &self.texts {
            content.push('\n');
            content.push_str(text);
        }
        content
    }
}

/// The types of streams that these types name.
fn streams(types: &[&Type<'_>]) -> Vec<Ident> {
    let any = |found: bool, name: &str| found.then(|| ident(name));
    [
        any(types.iter().any(|it| it.streams(Stream::Bytes)), "ByteStream"),
        any(types.iter().any(|it| it.streams(Stream::Events)), "EventStream"),
        any(types.iter().any(|it| it.input && it.stream().is_some()), "RequestStream"),
        any(types.iter().any(|it| it.output && it.stream().is_some()), "ResponseStream"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn split<'a>(types: &[&'a Type<'a>]) -> Vec<Part<'a>> {
    let mut parts = vec![Part::default()];
    for it in types {
        let text = text(it);
        let lines = text.lines().count() + 1;
        let full =
            parts.last().is_some_and(|part| part.lines > 0 && part.lines + lines > LONGEST_FILE);
        if full {
            parts.push(Part::default());
        }
        let part = parts.last_mut().expect("there is always a part");
        part.types.push(it);
        part.texts.push(text);
        part.lines += lines;
    }
    parts
}

fn text(it: &Type<'_>) -> String {
    let definition = definition(it, None);
    let implementations = implementations(it);
    pretty(quote!(#definition #implementations))
}

pub(super) fn definition(it: &Type<'_>, extra: Option<TokenStream>) -> TokenStream {
    let name = ident(&it.name);
    let clone = it.stream().is_none().then(|| quote!(Clone,));
    if it.union {
        let variants = it.fields.iter().map(|field| {
            let variant = ident(&field.name);
            let rust = &field.rust;
            quote!(#variant(#rust))
        });
        return quote! {
            #[derive(#clone Default)]
            pub enum #name {
                #(#variants,)*
                /// No member, or one that the model does not list.
                #[default]
                Unknown,
            }
        };
    }
    let fields = it.fields.iter().map(|field| {
        let name = ident(&field.name);
        let rust = &field.rust;
        quote!(pub #name: #rust)
    });
    if it.fields.iter().any(|field| field.default.is_some()) {
        let derive = clone.map(|_| quote!(#[derive(Clone)]));
        let defaults = it.fields.iter().map(|field| {
            let name = ident(&field.name);
            let value = field.default.clone().unwrap_or_else(|| quote!(Default::default()));
            quote!(#name: #value)
        });
        let extra_default = extra.as_ref().map(|_| quote!(message: None,));
        return quote! {
            #derive
            pub struct #name { #(#fields,)* #extra }

            impl Default for #name {
                fn default() -> Self {
                    Self { #(#defaults,)* #extra_default }
                }
            }
        };
    }
    quote! {
        #[derive(#clone Default)]
        pub struct #name { #(#fields,)* #extra }
    }
}

pub(super) fn implementations(it: &Type<'_>) -> TokenStream {
    let debug = debug(it);
    let input = it.input.then(|| input_shape(it));
    let members = it.read.then(|| read_members(it));
    let read = it.nested.then(|| read_value(it));
    let write = it.written.then(|| write(it));
    let output = it.output.then(|| output_shape(it));
    quote!(#debug #members #input #read #write #output)
}

fn debug(it: &Type<'_>) -> TokenStream {
    let name = ident(&it.name);
    let text = &it.name;
    let body = match it.written {
        true => quote!(debug_shape(self, f)),
        false => quote!(f.write_str(#text)),
    };
    quote! {
        impl std::fmt::Debug for #name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                #body
            }
        }
    }
}

/// The fields that travel as members: all that do not stream.
fn members<'a>(it: &'a Type<'_>) -> impl Iterator<Item = (usize, &'a Field<'a>)> {
    it.fields.iter().enumerate().filter(|(_, field)| field.stream == Stream::None)
}

/// How the members of an input, or of a part of one, are read.
fn read_members(it: &Type<'_>) -> TokenStream {
    let name = ident(&it.name);
    let body = match it.union {
        true => read_variant(it),
        false => read_field(it),
    };
    quote! {
        impl ReadMembers for #name {
            fn read_member_at(
                &mut self,
                index: usize,
                member: &Schema<'_>,
                deserializer: &mut dyn ShapeDeserializer,
            ) -> Result<(), SerdeError> {
                #body
            }
        }
    }
}

fn read_field(it: &Type<'_>) -> TokenStream {
    let arms: Vec<TokenStream> = members(it)
        .map(|(index, field)| {
            let index = number(index);
            let name = ident(&field.name);
            let read = ident(if field.optional { "read_member" } else { "read_required" });
            quote!(#index => #read(&mut self.#name, member, deserializer),)
        })
        .collect();
    if arms.is_empty() {
        return quote! {
            let _ = (index, member);
            deserializer.skip_value()
        };
    }
    quote! {
        match index {
            #(#arms)*
            _ => deserializer.skip_value(),
        }
    }
}

fn read_variant(it: &Type<'_>) -> TokenStream {
    let arms = members(it).map(|(index, field)| {
        let index = number(index);
        let variant = ident(&field.name);
        quote!(#index => Self::#variant(ReadValue::read_value(member, deserializer)?),)
    });
    quote! {
        if deserializer.is_null() {
            return deserializer.read_null();
        }
        let variant = match index {
            #(#arms)*
            _ => return deserializer.skip_value(),
        };
        let unset = matches!(self, Self::Unknown);
        set_variant(self, unset, variant)
    }
}

fn input_shape(it: &Type<'_>) -> TokenStream {
    let name = ident(&it.name);
    let index = number(it.index as usize);
    let stream = it.fields.iter().find(|field| field.stream != Stream::None).map(|field| {
        let name = ident(&field.name);
        let (kind, value) = match field.stream {
            Stream::Events => (ident("Events"), quote!(stream.typed())),
            _ => (ident("Bytes"), quote!(stream)),
        };
        quote! {
            fn set_stream(&mut self, stream: RequestStream) {
                if let RequestStream::#kind(stream) = stream {
                    self.#name = #value;
                }
            }
        }
    });
    let streaming = stream.as_ref().map(|_| {
        quote!(
            const STREAMING: bool = true;
        )
    });
    quote! {
        impl InputShape for #name {
            #streaming

            fn read_members(
                &mut self,
                deserializer: &mut dyn ShapeDeserializer,
            ) -> Result<(), SerdeError> {
                read_members(self, SCHEMAS.shape(#index), deserializer)
            }

            #stream
        }
    }
}

fn read_value(it: &Type<'_>) -> TokenStream {
    let name = ident(&it.name);
    let index = number(it.index as usize);
    quote! {
        impl ReadValue for #name {
            fn read_value(
                _: &Schema<'_>,
                deserializer: &mut dyn ShapeDeserializer,
            ) -> Result<Self, SerdeError> {
                read_structure(SCHEMAS.shape(#index), deserializer)
            }
        }
    }
}

fn write(it: &Type<'_>) -> TokenStream {
    let name = ident(&it.name);
    let index = number(it.index as usize);
    let body = if it.union { write_union(it) } else { write_struct(it) };
    quote! {
        impl SerializableStruct for #name {
            fn schema(&self) -> &Schema<'_> {
                SCHEMAS.shape(#index)
            }

            fn serialize_members(
                &self,
                serializer: &mut dyn ShapeSerializer,
            ) -> Result<(), SerdeError> {
                #body
            }
        }

        impl WriteValue for #name {
            fn write_value(
                &self,
                schema: &Schema<'_>,
                serializer: &mut dyn ShapeSerializer,
            ) -> Result<(), SerdeError> {
                serializer.write_struct(schema, self)
            }
        }
    }
}

fn write_struct(it: &Type<'_>) -> TokenStream {
    let index = number(it.index as usize);
    let writes: Vec<TokenStream> = members(it)
        .map(|(index, field)| {
            let index = number(index);
            let name = ident(&field.name);
            match field.optional {
                true => quote!(write_member(members[#index], &self.#name, serializer)?;),
                false => quote!(self.#name.write_value(members[#index], serializer)?;),
            }
        })
        .collect();
    if writes.is_empty() {
        return quote! {
            let _ = serializer;
            Ok(())
        };
    }
    quote! {
        let members = SCHEMAS.shape(#index).members();
        #(#writes)*
        Ok(())
    }
}

fn write_union(it: &Type<'_>) -> TokenStream {
    let index = number(it.index as usize);
    let arms = members(it).map(|(index, field)| {
        let index = number(index);
        let variant = ident(&field.name);
        quote!(Self::#variant(value) => value.write_value(members[#index], serializer),)
    });
    quote! {
        let members = SCHEMAS.shape(#index).members();
        match self {
            #(#arms)*
            Self::Unknown => Ok(()),
        }
    }
}

fn output_shape(it: &Type<'_>) -> TokenStream {
    let name = ident(&it.name);
    let stream = it.stream().map(|field| {
        let member = ident(&field.name);
        let taken = quote!(std::mem::take(&mut self.#member));
        let value = match field.stream {
            Stream::Events => quote!(#taken.erase()),
            _ => quote!(ResponseStream::Bytes(#taken)),
        };
        quote! {
            fn take_stream(&mut self) -> Option<ResponseStream> {
                Some(#value)
            }
        }
    });
    quote! {
        impl OutputShape for #name {
            #stream
        }
    }
}
