//! What a template names that does not exist.
//!
//! The engine finds an unknown filter when it comes to it, and never finds a misspelt variable: that is an empty text. Both would
//! show at the first alert that takes the branch, at night. So `check` reads the names out of the compiled template, reached or
//! not.

use std::collections::BTreeSet;

use minijinja::machinery::{Instruction, Instructions, get_compiled_template};
use minijinja::{Environment, ErrorKind, State};

use crate::context::ROOT;
use crate::context::record::{Fields, Shape};
use crate::path::{phrase, shape};
use crate::template::{Engine, Fault, position};

/// Names that the engine sets by itself.
const IMPLIED: [&str; 3] = ["loop", "self", "caller"];

/// Everything that is wrong with a template by its names alone, or that it does not parse.
pub fn template<'s>(engine: &Engine<'s>, source: &'s str) -> Vec<Fault> {
    let environment = engine.environment();
    match environment.template_from_str(source) {
        Ok(template) => names(environment, &get_compiled_template(&template).instructions, source),
        Err(error) => vec![Fault::new(&error, source)],
    }
}

/// The same for an expression.
pub fn expression(engine: &Engine<'_>, source: &str) -> Vec<Fault> {
    if let Err(error) = engine.environment().compile_expression(source) {
        return vec![Fault::new(&error, source)];
    }
    // The engine shows the instructions of templates only.
    const START: &str = "{{ ";
    let template = format!("{START}{source} }}}}");
    let own = Engine::default();
    let mut faults = self::template(&own, &template);
    for (line, column) in faults.iter_mut().filter_map(|fault| fault.at.as_mut()) {
        if *line == 1 {
            *column = column.saturating_sub(START.len());
        }
    }
    faults
}

/// Whether what a template makes depends on the alert.
pub fn reads_the_alert(engine: &Engine<'_>, source: &str) -> bool {
    let environment = engine.environment();
    let globals: BTreeSet<&str> = environment.globals().map(|(name, _)| name).collect();
    let names = environment.template_from_str(source).map(|template| template.undeclared_variables(false));
    names.is_ok_and(|names| names.iter().any(|name| !globals.contains(name.as_str())))
}

fn names(environment: &Environment<'_>, instructions: &Instructions<'_>, source: &str) -> Vec<Fault> {
    let mut state = environment.empty_state();
    let all: Vec<&Instruction<'_>> = (0..).map_while(|at| instructions.get(at)).collect();
    let known = Known::new(environment, &all);
    let mut faults = Vec::new();
    for (at, instruction) in (0..).zip(&all) {
        let unknown = match instruction {
            Instruction::ApplyFilter(name, ..) => unknown_filter(&mut state, name),
            Instruction::PerformTest(name, ..) => unknown_test(&mut state, name),
            Instruction::CallFunction(name, _) if !known.has(name) && shape(ROOT, name).is_none() => {
                Some(format!("unknown function: {name} is unknown"))
            }
            Instruction::Lookup(name) if !known.has(name) => {
                unknown_field(name, all.get(at as usize + 1..).unwrap_or_default())
            }
            _ => None,
        };
        if let Some(words) = unknown {
            let offset = instructions.get_span(at).map(|span| position(source, span.start_offset as usize));
            let place = offset.or_else(|| instructions.get_line(at).map(|line| (line, 1)));
            faults.push(Fault { at: place, words, is_certain: true });
        }
    }
    faults
}

fn unknown_filter(state: &mut State<'_, '_>, name: &str) -> Option<String> {
    let error = state.apply_filter(name, &[]).err()?;
    (error.kind() == ErrorKind::UnknownFilter).then(|| format!("unknown filter: filter {name} is unknown"))
}

fn unknown_test(state: &mut State<'_, '_>, name: &str) -> Option<String> {
    let error = state.perform_test(name, &[]).err()?;
    (error.kind() == ErrorKind::UnknownTest).then(|| format!("unknown test: test {name} is unknown"))
}

/// Follows `alert.resource.name` from its first name as far as the fields are known.
fn unknown_field(first: &str, rest: &[&Instruction<'_>]) -> Option<String> {
    let mut path = first.to_owned();
    let mut here = match shape(ROOT, first) {
        Some(shape) => shape,
        None => return Some(unknown(&format!("there is no variable {first}"), ROOT)),
    };
    for instruction in rest {
        let (Shape::Record(fields), Instruction::GetAttr(name)) = (here, *instruction) else { return None };
        match shape(fields, name) {
            Some(shape) => here = shape,
            None => return Some(unknown(&format!("{path} has no field {name}"), fields)),
        }
        path = format!("{path}.{name}");
    }
    None
}

fn unknown(words: &str, fields: Fields) -> String {
    format!("unknown variable: {words}; there are {}", phrase(fields))
}

/// Names that a template sets itself, and the engine's globals.
struct Known<'a> {
    own: BTreeSet<&'a str>,
    globals: BTreeSet<&'a str>,
}

// === impl Known ===

impl<'a> Known<'a> {
    fn new(environment: &'a Environment<'_>, instructions: &[&'a Instruction<'_>]) -> Self {
        let own = instructions.iter().filter_map(|instruction| match instruction {
            Instruction::StoreLocal(name) => Some(*name),
            _ => None,
        });
        Self { own: own.collect(), globals: environment.globals().map(|(name, _)| name).collect() }
    }

    fn has(&self, name: &str) -> bool {
        self.own.contains(name) || self.globals.contains(name) || IMPLIED.contains(&name)
    }
}
