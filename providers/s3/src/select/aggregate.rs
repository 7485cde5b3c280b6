//! Aggregate functions.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use fogbank_service::ServiceError;

use super::eval::Scope;
use super::sql::{Aggregate, Expression, Items, Query};
use super::value::Value;

/// The aggregate functions of a query, while records are read.
pub(super) struct Aggregates<'q> {
    all: Vec<Total<'q>>,
}

struct Total<'q> {
    kind: Aggregate,
    number: usize,
    argument: Option<&'q Expression>,
    count: i64,
    sum: f64,
    whole: bool,
    extreme: Option<Value>,
}

impl<'q> Aggregates<'q> {
    /// Those of a query; none when it has none.
    pub(super) fn of(query: &'q Query) -> Option<Self> {
        if query.aggregates == 0 {
            return None;
        }
        let Items::Listed(items) = &query.items else { return None };
        let mut all = Vec::new();
        for (item, _) in items {
            collect(item, &mut all);
        }
        Some(Self { all })
    }

    /// Takes a record into account.
    pub(super) fn add(&mut self, scope: &Scope<'_>) -> Result<(), ServiceError> {
        for total in &mut self.all {
            let Some(argument) = total.argument else {
                total.count += 1;
                continue;
            };
            let value = scope.eval(argument)?;
            if value.is_absent() {
                continue;
            }
            total.count += 1;
            if let Some(number) = value.number() {
                total.sum += number;
                total.whole &= number.fract() == 0.0;
            }
            let better = |kept: &Value| match value.compare(kept) {
                Some(Ordering::Less) => total.kind == Aggregate::Min,
                Some(Ordering::Greater) => total.kind == Aggregate::Max,
                _ => false,
            };
            if total.extreme.as_ref().is_none_or(better) {
                total.extreme = Some(value);
            }
        }
        Ok(())
    }

    /// The results by the functions' numbers.
    pub(super) fn finish(self) -> BTreeMap<usize, Value> {
        self.all.into_iter().map(|total| (total.number, total.value())).collect()
    }
}

impl Total<'_> {
    fn value(self) -> Value {
        #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
        match self.kind {
            Aggregate::Count => Value::Integer(self.count),
            _ if self.count == 0 => Value::Null,
            Aggregate::Sum if self.whole => Value::Integer(self.sum as i64),
            Aggregate::Sum => Value::Decimal(self.sum),
            Aggregate::Avg => Value::Decimal(self.sum / self.count as f64),
            Aggregate::Min | Aggregate::Max => self.extreme.unwrap_or(Value::Null),
        }
    }
}

fn collect<'q>(expression: &'q Expression, into: &mut Vec<Total<'q>>) {
    match expression {
        Expression::Aggregate(kind, number, argument) => into.push(Total {
            kind: *kind,
            number: *number,
            argument: argument.as_deref(),
            count: 0,
            sum: 0.0,
            whole: true,
            extreme: None,
        }),
        Expression::Unary(_, inner) | Expression::Cast(inner, _) => collect(inner, into),
        Expression::Binary(_, left, right) => {
            collect(left, into);
            collect(right, into);
        }
        Expression::Call(_, arguments) => arguments.iter().for_each(|it| collect(it, into)),
        _ => {}
    }
}
