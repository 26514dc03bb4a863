//! Reading objects: by criteria, one by its identity, and new ones from templates.

use serde_json::{Value, json};

use super::{
    criteria::{Criteria, Subject},
    ids,
    portal::Portal,
    refusal::Refusal,
    render,
    request::{object, parameter},
    schema::Class,
    store::{Known, Object, new_id, plain, spelled},
};
use crate::shared::Call;

/// `POST Projection/GetProjectionByCriteria`.
///
/// # Errors
/// [`Refusal::Failed`] where the projection or its criteria mean nothing.
pub fn by_criteria(portal: &Portal, call: &Call) -> Result<Value, Refusal> {
    let body = object(call)?;
    if body.keys().any(|name| !["Id", "Criteria"].contains(&name.as_str())) {
        return Err(Refusal::Invalid);
    }
    let body = Value::Object(body);
    let projection = body.get("Id").and_then(Value::as_str).map(plain).ok_or(Refusal::Invalid)?;
    let store = portal.store();
    let found: Vec<Value> = match projection.as_str() {
        ids::CONFIG_ITEM_PROJECTION | ids::USER_PROJECTION => {
            let criteria = Criteria::parse(&body, &portal.schema, None)?;
            let (known, class) = match projection.as_str() {
                ids::USER_PROJECTION => (&store.users, "System.Domain.User"),
                _ => (&store.items, "System.ConfigItem"),
            };
            let matching = known.iter().filter(|known| criteria.holds(*known));
            matching.map(|known| render::known(known, &format!("{class}:{}", known.name))).collect()
        }
        ids::INCIDENT_PROJECTION | ids::CHANGE_PROJECTION | ids::WORK_ITEM_PROJECTION => {
            let class = render::class_of(&projection);
            let criteria = Criteria::parse(&body, &portal.schema, class)?;
            let of_class = store.objects.values().filter(|object| class.is_none_or(|class| object.class == class));
            let matching = of_class.filter(|object| criteria.holds(*object));
            matching.map(|object| render::work_item(&portal.schema, &store, object)).collect()
        }
        other => return Err(Refusal::Failed(format!("There is no type projection {other}."))),
    };
    Ok(found.into())
}

/// `GET Projection/GetProjection`: by identity or number; null where there is none.
///
/// # Errors
/// [`Refusal::NoResource`] where a parameter is missing.
pub fn one(portal: &Portal, call: &Call) -> Result<Value, Refusal> {
    let (id, projection) = (plain(parameter(call, "id")?), plain(parameter(call, "typeProjectionId")?));
    let class = render::class_of(&projection);
    let store = portal.store();
    let mut objects = store.objects.values();
    let found = objects.find(|object| object.base_id == id || object.number().eq_ignore_ascii_case(&id));
    let found = found.filter(|object| class.is_none_or(|class| object.class == class));
    Ok(found.map_or(Value::Null, |object| render::work_item(&portal.schema, &store, object)))
}

/// `GET Projection/CreateProjectionByTemplate`: an object with its number and identity, and not stored.
///
/// # Errors
/// [`Refusal::Failed`] where the template or the user is unknown; [`Refusal::NoResource`] where a parameter is missing.
pub fn from_template(portal: &Portal, call: &Call) -> Result<Value, Refusal> {
    let (template, user) = (plain(parameter(call, "id")?), plain(parameter(call, "createdById")?));
    let class = match template.as_str() {
        ids::INCIDENT_TEMPLATE => Class::Incident,
        ids::CHANGE_TEMPLATE => Class::Change,
        _ => return Err(Refusal::Failed(format!("There is no template {template}."))),
    };
    let mut store = portal.store();
    if store.user(&user).is_none() {
        return Err(Refusal::Failed(format!("There is no user {user}.")));
    }
    let number = store.next_number(class);
    let mut object = opened(class, new_id(), number.clone(), portal);
    object.people.insert("CreatedWorkItem".to_owned(), user.clone());
    store.reserved.insert(object.base_id.clone(), (class, number, Some(user)));
    Ok(render::template(&portal.schema, &store, &object))
}

/// What the template of a class gives.
#[must_use]
pub fn opened(class: Class, base_id: String, number: String, portal: &Portal) -> Object {
    let now = portal.apparatus.clock.now();
    let mut object = Object::new(class, base_id, now);
    object.set("Id", number.into());
    object.set("CreatedDate", json!(now));
    match class {
        Class::Incident => {
            object.set("Status", ids::ACTIVE.into());
            object.set("Impact", ids::LOW_IMPACT.into());
            object.set("Urgency", ids::LOW_URGENCY.into());
            object.set("Priority", 0.into());
            object.set("Escalated", false.into());
        }
        Class::Change => object.set("Status", ids::NEW_CHANGE.into()),
    }
    object
}

impl Subject for Object {
    fn generic(&self, name: &str) -> Option<String> {
        Some(match name {
            "Id" | "Name" => self.base_id.clone(),
            "FullName" => render::full_name(self),
            "DisplayName" => self.text("DisplayName").to_owned(),
            "LastModified" => spelled(self.modified),
            "TimeAdded" => spelled(self.added),
            _ => return None,
        })
    }

    fn property(&self, name: &str) -> String {
        match self.values.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
            None => String::new(),
        }
    }
}

impl Subject for Known {
    fn generic(&self, name: &str) -> Option<String> {
        match name {
            "Id" => Some(self.base_id.clone()),
            "DisplayName" | "Name" => Some(self.name.clone()),
            _ => None,
        }
    }

    fn property(&self, _name: &str) -> String {
        String::new()
    }
}
