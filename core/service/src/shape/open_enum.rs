//! Enums of AWS's models: closed in the model, open on the wire.

/// Declares an enum of strings with an `Unknown` case for values that the model does not list.
///
/// ```
/// fogbank_service::open_enum! {
///     /// The direction of a sort.
///     pub enum SortOrder { Ascending = "Ascending", Descending = "Descending" }
/// }
/// assert_eq!(SortOrder::from("Ascending").as_str(), "Ascending");
/// assert!(matches!(SortOrder::from("sideways"), SortOrder::Unknown(_)));
/// ```
#[macro_export]
macro_rules! open_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone)]
        #[allow(missing_docs)]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)*
            /// A value that the model does not list.
            Unknown(Box<str>),
        }

        impl $name {
            /// The values of the model.
            pub const VALUES: &'static [&'static str] = &[$($text),*];

            /// The value on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $($name::$variant => $text,)*
                    $name::Unknown(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => $name::$variant,)*
                    _ => $name::Unknown(text.into()),
                }
            }
        }

        $crate::open_enum_traits!($name);
    };
}

/// The traits of an open enum, by way of its text.
#[doc(hidden)]
#[macro_export]
macro_rules! open_enum_traits {
    ($name:ident) => {
        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl Default for $name {
            fn default() -> Self {
                $name::Unknown(Box::default())
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.as_str() == other.as_str()
            }
        }

        impl Eq for $name {}

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                self.as_str().cmp(other.as_str())
            }
        }

        impl std::hash::Hash for $name {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                self.as_str().hash(state);
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::generated::ReadValue for $name {
            fn read_value(
                schema: &$crate::generated::Schema<'_>,
                deserializer: &mut dyn $crate::generated::ShapeDeserializer,
            ) -> Result<Self, $crate::generated::SerdeError> {
                Ok(Self::from(deserializer.read_string(schema)?))
            }
        }

        impl $crate::generated::WriteValue for $name {
            fn write_value(
                &self,
                schema: &$crate::generated::Schema<'_>,
                serializer: &mut dyn $crate::generated::ShapeSerializer,
            ) -> Result<(), $crate::generated::SerdeError> {
                serializer.write_string(schema, self.as_str())
            }
        }
    };
}
