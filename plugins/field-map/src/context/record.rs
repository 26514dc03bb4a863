//! Records as templates see them: named fields, each made when it is asked for.
//!
//! A field that is asked for by no template costs nothing, and the names are known without a value, so that `check` can tell a
//! misspelt one at load.

use std::fmt::Debug;
use std::sync::Arc;

use minijinja::Value;
use minijinja::value::{Enumerator, Object};

/// What stands behind a name.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A text, a number or a truth value.
    Scalar,
    /// Several, to loop over.
    List,
    /// Names that only the alert knows: labels, a payload, a platform's own fields.
    Open,
    /// A record, with its fields.
    Record(Fields),
}

/// The fields of a record in the order of the contract.
pub type Fields = &'static [(&'static str, Shape)];

/// A record whose fields are known by name.
pub trait Record: Debug + Send + Sync + 'static {
    /// What it has.
    const FIELDS: Fields;

    /// The value of a field; none where it has no such field.
    fn field(&self, name: &str) -> Option<Value>;
}

/// Implements [`Record`] from a table: name, shape, value.
macro_rules! record {
    ($type:ty as $this:ident { $($name:literal $shape:expr => $value:expr,)+ }) => {
        impl $crate::context::record::Record for $type {
            const FIELDS: $crate::context::record::Fields = &[$(($name, $shape)),+];

            fn field(&self, name: &str) -> Option<minijinja::Value> {
                let $this = self;
                match name {
                    $($name => Some(minijinja::Value::from($value)),)+
                    _ => None,
                }
            }
        }
    };
}
pub(crate) use record;

/// A record as the template engine's object.
#[derive(Debug)]
struct View<R>(R);

impl<R: Record> Object for View<R> {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.0.field(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.0.field(key)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Iter(Box::new(R::FIELDS.iter().map(|(name, _)| Value::from(*name))))
    }
}

/// A record as a value.
pub fn value<R: Record>(record: R) -> Value {
    Value::from_object(View(record))
}

/// Records as a value to loop over.
pub fn list<R: Record>(records: impl IntoIterator<Item = R>) -> Value {
    Value::from(records.into_iter().map(value).collect::<Vec<_>>())
}

/// A value, or nothing: what is missing prints as an empty text.
pub fn optional(value: Option<impl Into<Value>>) -> Value {
    value.map_or(Value::UNDEFINED, Into::into)
}
