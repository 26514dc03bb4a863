//! Plain types of the gateway's vocabulary. They know no other folder, do no I/O, and cannot be wrong once they exist.

mod alert;
mod cause;
mod http;
mod mapping;
mod name;
mod record;
mod ticket;
mod time;
mod work;

pub use alert::{Alert, Condition, Episode, Fact, Labels, Link, Resource, Severity};
pub use cause::with_causes;
pub use http::{CallBudget, HttpError, HttpRequest, HttpResponse, Outbound};
pub use mapping::{Entry, MappingInput, Member, Related};
pub use name::{
    AlertId, ConnectionName, CorrelationKey, InvalidName, MappingName, ProblemId, RouteName, SourceName, TicketKey,
};
pub use record::{ChangePhase, Delivery, Item, ItsmRecord, RecordKind, TicketEvent};
pub use ticket::{CallError, CallErrorKind, PlatformTicket, TicketState};
pub use time::{InvalidTimestamp, Timestamp};
pub use work::{Action, Attachment, Change, Content, FieldFault, Note, WorkItem, WorkItemKind};
