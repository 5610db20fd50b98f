//! Structs that travel as lists: each field has its place, and none has a name.
//!
//! For what only this Worker's own parts tell each other: looking for fields by name is a quarter more code, and slower. A new
//! field is an `Option` at the end, so that a part of the deployment before reads what is new, and the other way round: what is
//! missing at the end is none, and what nobody knows there is passed over. Refuses to serve what is stored or shown.

use serde::de::{Deserialize, IgnoredAny, SeqAccess, value::UnitDeserializer};

/// The next field.
pub(crate) fn next<'de, T: Deserialize<'de>, A: SeqAccess<'de>>(list: &mut A) -> Result<T, A::Error> {
    match list.next_element()? {
        Some(field) => Ok(field),
        None => T::deserialize(UnitDeserializer::new()),
    }
}

/// Passes over what is behind the last field.
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
                        f.write_str("a list")
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
#[allow(unreachable_pub, reason = "the macro makes what others see")]
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
    fn it_travels_as_a_list() {
        let text = serde_json::to_string(&After { name: "one".to_owned(), since: Some(7) });
        assert_eq!(text.unwrap(), r#"["one",7]"#);
    }

    #[test]
    fn a_deployment_reads_what_the_one_before_and_the_one_after_say() {
        let text = serde_json::to_string(&before()).unwrap();
        let after: After = serde_json::from_str(&text).unwrap();
        assert_eq!(after, After { name: "one".to_owned(), since: None });
        let text = serde_json::to_string(&After { since: Some(7), ..after }).unwrap();
        assert_eq!(serde_json::from_str::<Before>(&text).unwrap(), before());
        assert!(serde_json::from_str::<After>("[]").is_err(), "a field that must be there");
    }
}
