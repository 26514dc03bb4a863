//! Statements, tables, and the operators between bars.

use super::lexer::Token;
use super::{Columns, Kind, Meaning, Reader, functions};

// === impl Reader ===

impl Reader {
    pub(super) fn query(&mut self) -> Result<Columns, String> {
        while self.take("let") {
            let name = self.name()?;
            self.expect("=")?;
            let meaning =
                if self.is_table() { Meaning::Table(self.table()?) } else { Meaning::Scalar(self.expression()?) };
            self.expect(";")?;
            self.names.insert(name, meaning);
        }
        let columns = self.table()?;
        if self.at < self.tokens.len() { Err("the query should end".into()) } else { Ok(columns) }
    }

    fn is_table(&self) -> bool {
        match self.peek() {
            Some(Token::Name(name)) => name == "union" || matches!(self.names.get(name), Some(Meaning::Table(_))),
            _ => false,
        }
    }

    fn table(&mut self) -> Result<Columns, String> {
        // A table inside another has a scope of its own.
        let outside = std::mem::take(&mut self.scope);
        self.scope = self.source()?;
        while self.take("|") {
            let operator = self.name()?;
            self.scope = self.operator(&operator).map_err(|error| format!("{operator}: {error}"))?;
        }
        Ok(std::mem::replace(&mut self.scope, outside))
    }

    fn source(&mut self) -> Result<Columns, String> {
        if self.take("union") {
            let tables = self.list(Self::operand)?;
            return tables.into_iter().flatten().try_fold(Columns::new(), merged);
        }
        self.operand()
    }

    /// A table by its name, or one in brackets.
    fn operand(&mut self) -> Result<Columns, String> {
        if self.take("(") {
            let columns = self.table()?;
            self.expect(")")?;
            return Ok(columns);
        }
        let name = self.name()?;
        match self.names.get(&name) {
            Some(Meaning::Table(columns)) => Ok(columns.clone()),
            _ => Err(format!("there is no table `{name}`")),
        }
    }

    fn operator(&mut self, operator: &str) -> Result<Columns, String> {
        let mut scope = self.scope.clone();
        match operator {
            "where" => match self.expression()? {
                Kind::Flag => {}
                other => return Err(format!("{other:?} is no condition")),
            },
            "extend" => {
                for (name, kind) in self.list(Self::named_value)? {
                    set(&mut scope, name, kind);
                }
            }
            "project" => scope = self.list(Self::named_value)?,
            "distinct" => scope = self.list(Self::column)?,
            "summarize" => scope = self.summary()?,
            "sort" => {
                self.expect("by")?;
                self.list(|reader| {
                    reader.column()?;
                    if reader.take("asc") || reader.take("desc") { Ok(()) } else { Err("in which order?".to_owned()) }
                })?;
            }
            "take" => match self.expression()? {
                Kind::Number => {}
                other => return Err(format!("{other:?} is no number")),
            },
            "mv-expand" => {
                let (name, _) = self.expanded()?;
                set(&mut scope, name, Kind::Text);
            }
            "join" => scope = self.joined()?,
            "render" => drop(self.name()?),
            other => return Err(format!("`{other}` is not known here")),
        }
        Ok(scope)
    }

    fn column(&mut self) -> Result<(String, Kind), String> {
        let name = self.name()?;
        let kind = self.scope.iter().find(|(column, _)| *column == name).map(|(_, kind)| *kind);
        kind.map(|kind| (name.clone(), kind)).ok_or_else(|| format!("there is no column `{name}`"))
    }

    /// `name = expression`, or a column.
    fn named_value(&mut self) -> Result<(String, Kind), String> {
        match self.alias() {
            Some(name) => Ok((name, self.expression()?)),
            None => self.column(),
        }
    }

    /// `Item = Items to typeof(string)`.
    fn expanded(&mut self) -> Result<(String, Kind), String> {
        let alias = self.alias().ok_or("what is expanded needs a name of its own")?;
        let (name, kind) = self.column()?;
        if kind != Kind::Dynamic {
            return Err(format!("`{name}` is {kind:?}"));
        }
        for word in ["to", "typeof", "(", "string", ")"] {
            self.expect(word)?;
        }
        Ok((alias, kind))
    }

    fn joined(&mut self) -> Result<Columns, String> {
        self.expect("kind")?;
        self.expect("=")?;
        let kind = self.name()?;
        if !["inner", "leftouter", "fullouter"].contains(&kind.as_str()) {
            return Err(format!("kind `{kind}` is not known here"));
        }
        let right = self.operand()?;
        self.expect("on")?;
        for name in self.list(Self::name)? {
            let of = |columns: &Columns| columns.iter().find(|(column, _)| *column == name).map(|(_, kind)| *kind);
            if of(&self.scope).is_none() || of(&self.scope) != of(&right) {
                return Err(format!("`{name}` is not on both sides, or of another kind"));
            }
        }
        let mut columns = self.scope.clone();
        for (name, kind) in right {
            let is_there = columns.iter().any(|(column, _)| *column == name);
            columns.push((if is_there { format!("{name}1") } else { name }, kind));
        }
        Ok(columns)
    }

    fn summary(&mut self) -> Result<Columns, String> {
        let mut values = Columns::new();
        for part in self.list(Self::aggregates)? {
            values.extend(part);
        }
        let keys = if self.take("by") { self.list(Self::key)? } else { Vec::new() };
        let mut columns = Columns::new();
        for (name, kind) in keys.into_iter().chain(values) {
            // `arg_max(…, *)` answers the keys once.
            if columns.iter().all(|(column, _)| *column != name) {
                columns.push((name, kind));
            }
        }
        Ok(columns)
    }

    /// `name = expression`, a column, or a column in bins.
    fn key(&mut self) -> Result<(String, Kind), String> {
        if self.peek().is_some_and(|token| token.is("bin")) {
            let Some(Token::Name(name)) = self.tokens.get(self.at + 2).cloned() else {
                return Err("what is in the bins?".into());
            };
            return Ok((name, self.expression()?));
        }
        self.named_value()
    }

    fn aggregates(&mut self) -> Result<Columns, String> {
        let alias = self.alias();
        let function = self.name()?;
        self.expect("(")?;
        match function.as_str() {
            "arg_max" | "arg_min" => {
                let mut columns = vec![self.column()?];
                self.expect(",")?;
                if self.take("*") {
                    columns.extend(self.scope.clone());
                } else {
                    columns.extend(self.list(Self::column)?);
                }
                self.expect(")")?;
                Ok(columns)
            }
            "percentiles" => {
                let (name, kind) = self.column()?;
                let mut columns = Columns::new();
                while self.take(",") {
                    let Some(Token::Number(percent)) = self.peek().cloned() else {
                        return Err("a percentage is expected".into());
                    };
                    self.at += 1;
                    columns.push((
                        format!("percentile_{name}_{percent}"),
                        functions::aggregate("percentile", &[kind, Kind::Number])?,
                    ));
                }
                self.expect(")")?;
                Ok(columns)
            }
            // Rounding is of the aggregate inside.
            "round" => {
                let inside = self.name()?;
                self.expect("(")?;
                let arguments = self.arguments()?;
                let kind = functions::aggregate(&inside, &arguments)?;
                self.expect(",")?;
                let digits = self.arguments()?;
                let kinds: Vec<_> = std::iter::once(kind).chain(digits).collect();
                Ok(vec![(alias.ok_or("a value needs a name")?, functions::aggregate("round", &kinds)?)])
            }
            _ => {
                let arguments = if self.take(")") { Vec::new() } else { self.arguments()? };
                let kind = functions::aggregate(&function, &arguments)?;
                Ok(vec![(alias.ok_or("a value needs a name")?, kind)])
            }
        }
    }
}

/// Sets a column, in its place where it is there already.
fn set(columns: &mut Columns, name: String, kind: Kind) {
    match columns.iter_mut().find(|(column, _)| *column == name) {
        Some((_, known)) => *known = kind,
        None => columns.push((name, kind)),
    }
}

/// Columns of the same name must be of the same kind: else the language would rename both.
fn merged(mut columns: Columns, (name, kind): (String, Kind)) -> Result<Columns, String> {
    match columns.iter().find(|(column, _)| *column == name) {
        Some((_, known)) if *known != kind => return Err(format!("`{name}` is {known:?} and {kind:?}")),
        Some(_) => {}
        None => columns.push((name, kind)),
    }
    Ok(columns)
}
