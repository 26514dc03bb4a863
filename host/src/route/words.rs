//! Which words a field can be: what compares it with another, such as a monitor's own `Sev1`, would never match, and nobody
//! would be told.

use crate::domain::{Condition, Severity};
use cel::common::ast::{Expr, IdedExpr, LiteralValue, operators};

/// What is wrong with the first comparison that can't hold.
pub(super) fn impossible(expression: &IdedExpr) -> Option<String> {
    compared(&expression.expr).or_else(|| parts(&expression.expr).into_iter().find_map(impossible))
}

/// What is wrong with a comparison of such a field, if this is one.
fn compared(expression: &Expr) -> Option<String> {
    let Expr::Call(call) = expression else { return None };
    let [one, other] = call.args.as_slice() else { return None };
    let (field, candidates) = match call.func_name.as_str() {
        operators::EQUALS | operators::NOT_EQUALS => match field(one) {
            Some(field) => (field, std::slice::from_ref(other)),
            None => (field(other)?, std::slice::from_ref(one)),
        },
        operators::IN => match &other.expr {
            Expr::List(list) => (field(one)?, list.elements.as_slice()),
            _ => return None,
        },
        _ => return None,
    };
    let words = words(field)?;
    let never = candidates.iter().find_map(|candidate| match &candidate.expr {
        Expr::Literal(LiteralValue::String(text)) if words.contains(&text.inner()) => None,
        Expr::Literal(LiteralValue::String(text)) => Some(format!("\"{}\"", text.inner())),
        Expr::Literal(_) => Some("anything but a text".to_owned()),
        _ => None,
    })?;
    Some(format!("`alert.{field}` is never {never}, only one of {}", words.join(", ")))
}

/// The name of an alert's field.
fn field(expression: &IdedExpr) -> Option<&str> {
    let Expr::Select(select) = &expression.expr else { return None };
    matches!(&select.operand.expr, Expr::Ident(name) if name == "alert").then_some(&select.field)
}

/// All words that a field can be, where there are only some.
fn words(field: &str) -> Option<Vec<&'static str>> {
    match field {
        "severity" => Some(Severity::ALL.map(Severity::as_str).to_vec()),
        "condition" => Some([Condition::Fired, Condition::Resolved].map(Condition::as_str).to_vec()),
        _ => None,
    }
}

/// What an expression is made of. (Conditions are shallow: what is too deep is refused before.)
fn parts(expression: &Expr) -> Vec<&IdedExpr> {
    match expression {
        Expr::Call(call) => call.target.as_deref().into_iter().chain(&call.args).collect(),
        Expr::Select(select) => vec![&*select.operand],
        Expr::List(list) => list.elements.iter().collect(),
        Expr::Comprehension(each) => vec![&each.iter_range, &each.loop_cond, &each.loop_step, &each.result],
        _ => Vec::new(),
    }
}
