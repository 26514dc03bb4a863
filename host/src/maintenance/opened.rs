//! Windows that people opened, as they were last read, each compiled once.

use super::Window;
use crate::ledger::WindowRow;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What is known of windows that people opened.
#[derive(Debug, Default)]
pub struct Opened(Mutex<BTreeMap<i64, Compiled>>);

/// A window and what it was made of; none where its condition does not compile any more.
#[derive(Debug)]
struct Compiled {
    row: WindowRow,
    window: Option<Arc<Window>>,
}

// === impl Opened ===

impl Opened {
    /// These windows, ready to be asked; others are forgotten.
    #[must_use]
    pub fn ready(&self, rows: Vec<WindowRow>) -> Vec<Arc<Window>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut kept = BTreeMap::new();
        for row in rows {
            let compiled = match known.remove(&row.id) {
                Some(compiled) if compiled.row == row => compiled,
                _ => Compiled { window: Window::opened(row.clone()).map(Arc::new), row },
            };
            kept.insert(compiled.row.id, compiled);
        }
        *known = kept;
        known.values().filter_map(|compiled| compiled.window.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;

    fn row(id: i64, when: &str, until: i128) -> WindowRow {
        let until = Timestamp::from_nanos(i64::try_from(until).unwrap());
        WindowRow { id, name: format!("w{id}"), when: when.to_owned(), from: Timestamp::from_nanos(0), until }
    }

    #[test]
    fn a_window_is_compiled_once_until_it_is_another() {
        let opened = Opened::default();
        let first = opened.ready(vec![row(1, "true", 5), row(2, "alert.", 5)]);
        assert_eq!(first.len(), 1, "what does not compile is left out");
        let again = opened.ready(vec![row(1, "true", 5)]);
        assert!(Arc::ptr_eq(&first[0], &again[0]));
        let ended = opened.ready(vec![row(1, "true", 3)]);
        assert!(!Arc::ptr_eq(&first[0], &ended[0]), "it was ended early");
        assert!(opened.ready(vec![]).is_empty());
    }
}
