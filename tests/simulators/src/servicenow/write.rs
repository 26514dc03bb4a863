//! Making, changing and taking out rows, with everything that follows from it.

use jiff::Timestamp;
use rand::Rng;

use super::{
    events,
    input::Input,
    instance::{Caller, Instance, Memory},
    query::format_time,
    refusal::Refusal,
    rules::{self, Writing},
    schema::{Name, Table},
    store::{Row, SysId},
};
use crate::shared::clock::signed;

/// A sys_id that was never used.
#[must_use]
pub fn new_sys_id() -> SysId {
    format!("{:032x}", rand::rng().random::<u128>()).into()
}

impl Instance {
    /// Makes a row.
    ///
    /// # Errors
    /// What access control, data policies and business rules refuse.
    pub(super) fn insert(
        &self,
        memory: &mut Memory,
        caller: &Caller<'_>,
        table: &Table,
        input: Input,
    ) -> Result<SysId, Refusal> {
        if !caller.account.has_one_of(table.write) {
            return Err(Refusal::MayNot("Insert"));
        }
        if let Some(taken) = input.sys_id.as_deref().filter(|id| memory.store.row(id).is_some()) {
            return Err(Refusal::Duplicate(taken.to_owned()));
        }
        let now = self.apparatus.clock.now();
        let sys_id = input.sys_id.as_deref().map_or_else(new_sys_id, SysId::from);
        let mut row = Row::new(sys_id.clone(), table.name.clone(), now);
        for (name, field) in &table.fields {
            row.set(name, field.default);
        }
        if table.fields.contains_key("opened_at") {
            row.set("opened_at", format_time(now));
            row.set("opened_by", &*caller.sys_id);
        }
        if &*table.name == "change_request" {
            row.set("requested_by", &*caller.sys_id);
        }
        for (name, value) in input.values {
            row.set(&name, value);
        }
        self.check_policy(&row)?;
        let journals: Vec<&str> = input.journals.iter().map(|(name, _)| &**name).collect();
        rules::settle(&self.schema, None, &mut row, &writing(caller, now, &journals))?;
        if let Some((prefix, first)) = table.number
            && row.get("number").is_empty()
        {
            let number = memory.store.next_number(&table.name, prefix, first);
            row.set("number", number);
        }
        for (field, value) in [("sys_created_on", format_time(now)), ("sys_created_by", caller.account.user.clone())] {
            row.set(field, value.as_str());
            row.set(&field.replace("created", "updated"), value);
        }
        row.set("sys_mod_count", "0");
        row.set("sys_class_name", &*table.name);
        self.note(memory, caller, &row, input.journals, now);
        self.watch_for_closing(memory, &row, now);
        memory.store.put(row);
        if &*table.name == "em_event" {
            events::process(self, memory, caller, &sys_id);
        }
        Ok(sys_id)
    }

    /// Changes a row.
    ///
    /// # Errors
    /// [`Refusal::NoRecord`], and what access control, data policies and business rules refuse.
    pub(super) fn update(
        &self,
        memory: &mut Memory,
        caller: &Caller<'_>,
        sys_id: &str,
        input: Input,
    ) -> Result<(), Refusal> {
        let old = memory.store.row(sys_id).cloned().ok_or(Refusal::NoRecord)?;
        let table = self.schema.table(&old.table).ok_or(Refusal::NoRecord)?;
        if !caller.account.has_one_of(table.write) {
            return Err(Refusal::MayNot("Update"));
        }
        let now = self.apparatus.clock.now();
        let mut row = old.clone();
        for (name, value) in input.values {
            if &*name != "number" {
                row.set(&name, value);
            }
        }
        self.check_policy(&row)?;
        let journals: Vec<&str> = input.journals.iter().map(|(name, _)| &**name).collect();
        rules::settle(&self.schema, Some(&old), &mut row, &writing(caller, now, &journals))?;
        if row.same_as(&old) && input.journals.is_empty() {
            return Ok(());
        }
        row.set("sys_updated_on", format_time(now));
        row.set("sys_updated_by", caller.account.user.as_str());
        row.add("sys_mod_count", 1);
        self.note(memory, caller, &row, input.journals, now);
        if row.get("state") != old.get("state") {
            self.watch_for_closing(memory, &row, now);
        }
        memory.store.put(row);
        Ok(())
    }

    /// Takes a row out, with its journal.
    ///
    /// # Errors
    /// [`Refusal::NoRecord`], and what access control refuses.
    pub(super) fn delete(&self, memory: &mut Memory, caller: &Caller<'_>, sys_id: &str) -> Result<(), Refusal> {
        let row = memory.store.row(sys_id).ok_or(Refusal::NoRecord)?;
        let table = self.schema.table(&row.table).ok_or(Refusal::NoRecord)?;
        if !caller.account.has_one_of(table.write) {
            return Err(Refusal::MayNot("Delete"));
        }
        let entries = memory.store.find("element_id", sys_id).unwrap_or_default();
        let entries: Vec<SysId> = entries.iter().map(|entry| entry.sys_id.clone()).collect();
        for entry in entries {
            memory.store.remove(&entry);
        }
        memory.store.remove(sys_id);
        Ok(())
    }

    /// Closes resolved incidents whose time has come.
    pub(super) fn close_what_is_due(&self, memory: &mut Memory) {
        let now = self.apparatus.clock.now();
        while let Some((due, sys_id)) = memory.closing.front().cloned() {
            if due > now {
                return;
            }
            memory.closing.pop_front();
            let Some(row) = memory.store.row(&sys_id) else { continue };
            let resolved = super::query::parse_time(row.get("resolved_at"));
            let stayed = row.get("state") == "6"
                && resolved.is_some_and(|at| at.duration_since(due) <= -signed(self.options.auto_close));
            if stayed {
                let mut row = row.clone();
                for (field, value) in [("state", "7"), ("incident_state", "7"), ("active", "false")] {
                    row.set(field, value);
                }
                for field in ["closed_at", "sys_updated_on"] {
                    row.set(field, format_time(due));
                }
                let resolver = row.get("resolved_by").to_owned();
                row.set("closed_by", resolver);
                row.set("sys_updated_by", "system");
                row.add("sys_mod_count", 1);
                memory.store.put(row);
            }
        }
    }

    fn check_policy(&self, row: &Row) -> Result<(), Refusal> {
        let task = self.schema.is_a(&row.table, "task");
        if task && self.options.short_description_mandatory && row.get("short_description").is_empty() {
            return Err(Refusal::Mandatory(vec!["Short description"]));
        }
        let code = row.get("close_code");
        let known = self.options.close_codes.iter().any(|known| known == code);
        if &*row.table == "incident" && self.options.close_code_checked && !code.is_empty() && !known {
            return Err(Refusal::Aborted { table: row.table.to_string(), rule: "Check resolution code" });
        }
        Ok(())
    }

    fn note(&self, memory: &mut Memory, caller: &Caller<'_>, row: &Row, journals: Vec<(Name, String)>, now: Timestamp) {
        for (element, value) in journals {
            let mut entry = Row::new(new_sys_id(), "sys_journal_field".into(), now);
            entry.set("name", &*row.table);
            entry.set("element", &*element);
            entry.set("element_id", &*row.sys_id);
            entry.set("value", value);
            entry.set("sys_created_on", format_time(now));
            entry.set("sys_created_by", caller.account.user.as_str());
            entry.set("sys_class_name", "sys_journal_field");
            memory.store.put(entry);
        }
    }

    fn watch_for_closing(&self, memory: &mut Memory, row: &Row, now: Timestamp) {
        if &*row.table == "incident" && row.get("state") == "6" {
            let due = now.saturating_add(signed(self.options.auto_close)).unwrap_or(Timestamp::MAX);
            memory.closing.push_back((due, row.sys_id.clone()));
        }
    }
}

fn writing<'a>(caller: &'a Caller<'_>, now: Timestamp, journals: &'a [&'a str]) -> Writing<'a> {
    let administers = caller.account.has_one_of(&["admin", "itil_admin"]);
    Writing { user: &caller.sys_id, administers, now, journals }
}
