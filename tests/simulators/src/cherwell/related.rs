//! Records that another owns: the notes in a ticket's journal.

use serde_json::{Value, json};

use super::{
    objects::{Object, Relation},
    read::shown,
    refusal::{Refusal, saved},
    request, save,
    server::{Caller, Server, json_answer},
};
use crate::shared::{Answer, Parameters};

/// Makes a record that another owns.
///
/// # Errors
/// Where there is no such parent, relationship or object, or a rule refuses it.
pub fn save(server: &Server, caller: &Caller, body: &Value) -> Result<Answer, Refusal> {
    let parent = server.object(caller, &request::text(body, "parentBusObId"))?;
    let relation = relation(parent, &request::text(body, "relationshipId"))?;
    let object = server.object(caller, &request::text(body, "busObId"))?;
    if object.name != relation.target && object.group != Some(relation.target) {
        return Err(Refusal::BadRequest(format!("{} is not owned through {}.", object.display, relation.display)));
    }
    if object.is_group {
        return Err(Refusal::BadRequest(format!("{} is a group: name one of its members.", object.display)));
    }
    let mut written = save::fields(server, caller.culture, object, body)?;
    if request::flag(body, "persist") == Some(false) {
        return Ok(saved(&json!({ "cacheKey": format!("{}-cached", object.id) })));
    }
    let mut memory = server.memory();
    let (rec_id, number) = (request::text(body, "parentBusObRecId"), request::text(body, "parentBusObPublicId"));
    let owner = memory.store.record(parent.name, &rec_id).or_else(|| memory.store.numbered(parent.name, &number));
    let owner = owner.ok_or(Refusal::RecordNotFound)?.rec_id.clone();
    written.push(("ParentRecID".into(), owner.clone()));
    written.push(("ParentTypeID".into(), parent.id.clone()));
    written.push(("JournalTypeName".into(), object.display.into()));
    let record = save::write(server, &mut memory, object, None, written, &caller.account.user)?;
    Ok(saved(&json!({
        "parentBusObId": parent.id, "parentBusObRecId": owner, "relationshipId": relation.id,
        "busObPublicId": record.public_id, "busObRecId": record.rec_id,
    })))
}

/// The records that another owns, in the order of their making.
///
/// # Errors
/// Where there is no such parent or relationship.
pub fn list(
    server: &Server,
    caller: &Caller,
    parent: &str,
    rec_id: &str,
    relation_id: &str,
    query: &Parameters,
) -> Result<Answer, Refusal> {
    let parent = server.object(caller, parent)?;
    let relation = relation(parent, relation_id)?;
    let memory = server.memory();
    let owner = memory.store.record(parent.name, rec_id).ok_or(Refusal::RecordNotFound)?;
    let named = |name: &str| query.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    let number = |name: &str| named(name).and_then(|value| value.parse::<usize>().ok());
    let all = named("allfields").is_none_or(|flag| flag.eq_ignore_ascii_case("true"));
    let owned = server
        .objects
        .all()
        .filter(|object| object.name == relation.target || object.group == Some(relation.target))
        .flat_map(|object| memory.store.of(object.name).map(move |record| (object, record)))
        .filter(|(_, record)| record.get("ParentRecID") == owner.rec_id);
    let mut owned: Vec<_> = owned.collect();
    owned.sort_by_key(|(_, record)| record.born);
    let total = owned.len();
    let size = number("pageSize").filter(|size| *size > 0).unwrap_or(total.max(1));
    let skipped = number("pageNumber").unwrap_or(0).saturating_sub(1).saturating_mul(size);
    let page: Vec<_> = owned
        .into_iter()
        .skip(skipped)
        .take(size)
        .map(|(object, record)| shown(server, caller, object, record, &|_| all))
        .collect();
    Ok(json_answer(&json!({
        "relatedBusinessObjects": page,
        "parentBusObId": parent.id,
        "parentBusObRecId": owner.rec_id,
        "relationshipId": relation.id,
        "totalRecords": total,
        "pageNumber": number("pageNumber").unwrap_or(0),
        "pageSize": size,
        "links": [],
        "errorCode": null,
        "errorMessage": null,
        "hasError": false,
        "httpStatusCode": "OK",
    })))
}

fn relation<'a>(parent: &'a Object, id: &str) -> Result<&'a Relation, Refusal> {
    let relation = parent.relations.iter().find(|relation| relation.id.eq_ignore_ascii_case(id));
    relation.ok_or_else(|| Refusal::FieldNotFound(id.to_owned()))
}
