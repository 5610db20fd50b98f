//! Structs that are serialized as JSON arrays, by the position of their fields.
//!
//! It owns the format of messages between the Worker and its objects: finding fields by name is a quarter more code, and
//! slower. A new field is an `Option` at the end, so that the deployments before and after can read each other's messages:
//! missing items at the end read as `None`, and unknown ones are ignored. It refuses to serve what is stored or shown.

use serde::de::{Deserialize, IgnoredAny, SeqAccess, value::UnitDeserializer};

/// Reads the next field.
pub(crate) fn next<'de, T: Deserialize<'de>, A: SeqAccess<'de>>(list: &mut A) -> Result<T, A::Error> {
    match list.next_element()? {
        Some(field) => Ok(field),
        None => T::deserialize(UnitDeserializer::new()),
    }
}

/// Ignores the items behind the last field.
pub(crate) fn end<'de, A: SeqAccess<'de>>(list: &mut A) -> Result<(), A::Error> {
    while list.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

macro_rules! positional {
    ($( $(#[$meta:meta])* pub struct $name:ident { $( $(#[$fmeta:meta])* pub $field:ident : $ty:ty ),* $(,)? } )*) => {$(
        $(#[$meta])*
        pub struct $name { $( $(#[$fmeta])* pub $field: $ty, )* }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                const LENGTH: usize = <[&str]>::len(&[$(stringify!($field)),*]);
                let list = serializer.serialize_tuple(LENGTH)?;
                $( let list = { let mut list = list; serde::ser::SerializeTuple::serialize_element(&mut list, &self.$field)?; list }; )*
                serde::ser::SerializeTuple::end(list)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct List;
                impl<'de> serde::de::Visitor<'de> for List {
                    type Value = $name;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("an array")
                    }
                    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<$name, A::Error> {
                        let read = $name { $( $field: crate::positional::next(&mut list)?, )* };
                        crate::positional::end(&mut list)?;
                        Ok(read)
                    }
                }
                deserializer.deserialize_seq(List)
            }
        }
    )*};
}

#[cfg(test)]
#[allow(unreachable_pub, reason = "the macro makes public structs")]
mod tests {
    positional! {
        #[derive(Debug, PartialEq)]
        pub struct Before {
            pub name: String,
        }
        #[derive(Debug, PartialEq)]
        pub struct After {
            pub name: String,
            pub since: Option<i64>,
        }
    }

    fn before() -> Before {
        Before { name: "one".to_owned() }
    }

    #[test]
    fn a_struct_is_written_as_an_array() {
        let text = serde_json::to_string(&After { name: "one".to_owned(), since: Some(7) });
        assert_eq!(text.unwrap(), r#"["one",7]"#);
    }

    #[test]
    fn a_deployment_reads_messages_of_the_one_before_and_of_the_one_after() {
        let text = serde_json::to_string(&before()).unwrap();
        let after: After = serde_json::from_str(&text).unwrap();
        assert_eq!(after, After { name: "one".to_owned(), since: None });
        let text = serde_json::to_string(&After { since: Some(7), ..after }).unwrap();
        assert_eq!(serde_json::from_str::<Before>(&text).unwrap(), before());
        assert!(serde_json::from_str::<After>("[]").is_err(), "a field that must be there");
    }
}
