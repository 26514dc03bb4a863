//! What there is to choose from: entries of lists, users and their rights, templates.

use serde_json::{Value, json};

use super::{
    ids,
    portal::Portal,
    refusal::Refusal,
    request::parameter,
    store::{Known, plain},
};
use crate::shared::Call;

/// The identity of nothing, with which a list to choose from begins.
const NOTHING: &str = "00000000-0000-0000-0000-000000000000";

/// `GET Enum/GetFlatList`: all entries of a list with their paths, the empty one first. An unknown list is empty.
///
/// # Errors
/// [`Refusal::NoResource`] where a parameter is missing.
pub fn flat_list(call: &Call) -> Result<Value, Refusal> {
    let filter = parameter(call, "itemFilter")?.to_lowercase();
    let entries = entries(call)?;
    let rows = entries.iter().filter(|(_, path)| path.to_lowercase().contains(&filter)).map(|(id, path)| {
        let has_children = entries.iter().any(|(_, other)| other.starts_with(&format!("{path}\\")));
        json!({ "ID": id, "Text": path, "Name": ids::shown(path), "HasChildren": has_children, "Ordinal": null })
    });
    let nothing = json!({ "ID": NOTHING, "Text": "", "Name": "", "HasChildren": false, "Ordinal": null });
    Ok(std::iter::once(nothing).chain(rows).collect())
}

/// `GET Enum/GetList`: the first level of a list.
///
/// # Errors
/// [`Refusal::NoResource`] where the parameter is missing.
pub fn first_level(call: &Call) -> Result<Value, Refusal> {
    let entries = entries(call)?;
    let first = entries.iter().filter(|(_, path)| !path.contains('\\'));
    Ok(first
        .zip(1_u32..)
        .map(|((id, path), ordinal)| {
            let has_children = entries.iter().any(|(_, other)| other.starts_with(&format!("{path}\\")));
            json!({ "Id": id, "Text": path, "HasChildren": has_children, "Ordinal": f64::from(ordinal) })
        })
        .collect())
}

/// `GET User/GetUserList`: users whose name or address holds the filter.
///
/// # Errors
/// [`Refusal::NoResource`] where a parameter is missing.
pub fn users(portal: &Portal, call: &Call) -> Result<Value, Refusal> {
    let filter = parameter(call, "userFilter")?.to_lowercase();
    let most = parameter(call, "maxNumberOfResults").ok().and_then(|most| most.parse().ok()).unwrap_or(10);
    let holds = |user: &&Known| {
        [&user.name, &user.email, &user.user_name].iter().any(|text| text.to_lowercase().contains(&filter))
    };
    let store = portal.store();
    let found = store.users.iter().filter(holds).take(most);
    Ok(found.map(|user| json!({ "Id": user.base_id, "Name": user.name, "Email": user.email })).collect())
}

/// `POST User/IsUserAuthorized`: what a user may do.
///
/// # Errors
/// [`Refusal::NoResource`] where a parameter is missing; [`Refusal::Failed`] where there is no such user.
pub fn rights(portal: &Portal, call: &Call) -> Result<Value, Refusal> {
    let (name, domain) = (parameter(call, "userName")?, parameter(call, "domain")?);
    let store = portal.store();
    let user = store.users.iter().find(|user| user.user_name.eq_ignore_ascii_case(name));
    let user = user.ok_or_else(|| Refusal::Failed(format!("There is no user {domain}\\{name}.")))?;
    let account = portal.options.accounts.iter().find(|account| account.user.eq_ignore_ascii_case(name));
    let analyst = account.is_none_or(|account| account.analyst);
    let security = json!({ "CanCreateIncident": analyst, "CanCreateChangeRequest": analyst });
    Ok(json!({
        "Id": user.base_id, "Name": user.name, "UserName": user.user_name, "Domain": domain, "Analyst": analyst,
        "Security": security
    }))
}

/// `GET Template/GetTemplates`: the templates of a class.
///
/// # Errors
/// [`Refusal::NoResource`] where the parameter is missing.
pub fn templates(call: &Call) -> Result<Value, Refusal> {
    let template = |id: &str, name: &str| json!([{ "Id": id, "Name": name }]);
    Ok(match plain(parameter(call, "classId")?).as_str() {
        ids::INCIDENT => template(ids::INCIDENT_TEMPLATE, "Default Incident Template"),
        ids::CHANGE => template(ids::CHANGE_TEMPLATE, "Standard Change Request"),
        _ => json!([]),
    })
}

fn entries(call: &Call) -> Result<&'static [ids::Entry], Refusal> {
    Ok(ids::entries(&plain(parameter(call, "id")?)).unwrap_or_default())
}
