//! Expressions, by precedence.

use fogbank_service::ServiceError;

use super::tokens::Token;
use super::{Aggregate, Expression, Parser, Step, unexpected};
use crate::select::failed;
use crate::select::timestamp::{Part, Timestamp};
use crate::select::value::Value;

const COMPARISONS: [&str; 7] = ["=", "<>", "!=", "<=", ">=", "<", ">"];
const AGGREGATES: [(&str, Aggregate); 5] = [
    ("COUNT", Aggregate::Count),
    ("SUM", Aggregate::Sum),
    ("AVG", Aggregate::Avg),
    ("MIN", Aggregate::Min),
    ("MAX", Aggregate::Max),
];

fn binary(operator: &'static str, left: Expression, right: Expression) -> Expression {
    Expression::Binary(operator, Box::new(left), Box::new(right))
}

fn negated(expression: Expression, not: bool) -> Expression {
    if not { Expression::Unary("NOT", Box::new(expression)) } else { expression }
}

impl Parser {
    pub(super) fn expression(&mut self) -> Result<Expression, ServiceError> {
        let mut left = self.conjunction()?;
        while self.word("OR") {
            left = binary("OR", left, self.conjunction()?);
        }
        Ok(left)
    }

    fn conjunction(&mut self) -> Result<Expression, ServiceError> {
        let mut left = self.negation()?;
        while self.word("AND") {
            left = binary("AND", left, self.negation()?);
        }
        Ok(left)
    }

    fn negation(&mut self) -> Result<Expression, ServiceError> {
        if self.word("NOT") {
            return Ok(negated(self.negation()?, true));
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Expression, ServiceError> {
        let left = self.sum()?;
        if let Some(operator) = COMPARISONS.iter().find(|operator| self.symbol(operator)) {
            return Ok(binary(operator, left, self.sum()?));
        }
        if self.word("IS") {
            let not = self.word("NOT");
            let left = Box::new(left);
            return if self.word("NULL") {
                Ok(negated(Expression::IsNull(left), not))
            } else if self.word("MISSING") {
                Ok(negated(Expression::IsMissing(left), not))
            } else {
                Err(unexpected(self.peek()))
            };
        }
        let not = self.word("NOT");
        if self.word("LIKE") {
            let pattern = Box::new(self.sum()?);
            let escape = match self.word("ESCAPE") {
                true => Some(Box::new(self.sum()?)),
                false => None,
            };
            return Ok(negated(Expression::Like(Box::new(left), pattern, escape), not));
        }
        if self.word("BETWEEN") {
            let low = Box::new(self.sum()?);
            if !self.word("AND") {
                return Err(unexpected(self.peek()));
            }
            let high = Box::new(self.sum()?);
            return Ok(negated(Expression::Between(Box::new(left), low, high), not));
        }
        if self.word("IN") {
            self.expect("(")?;
            let list = self.arguments()?;
            return Ok(negated(Expression::In(Box::new(left), list), not));
        }
        if not { Err(unexpected(self.peek())) } else { Ok(left) }
    }

    fn sum(&mut self) -> Result<Expression, ServiceError> {
        let mut left = self.product()?;
        while let Some(operator) = ["+", "-", "||"].into_iter().find(|it| self.symbol(it)) {
            left = binary(operator, left, self.product()?);
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Expression, ServiceError> {
        let mut left = self.factor()?;
        while let Some(operator) = ["*", "/", "%"].into_iter().find(|it| self.symbol(it)) {
            left = binary(operator, left, self.factor()?);
        }
        Ok(left)
    }

    fn factor(&mut self) -> Result<Expression, ServiceError> {
        if self.symbol("-") {
            return Ok(Expression::Unary("-", Box::new(self.factor()?)));
        }
        if self.symbol("(") {
            let inner = self.expression()?;
            self.expect(")")?;
            return Ok(inner);
        }
        match self.next() {
            Some(Token::Text(text)) => Ok(Expression::Literal(Value::Text(text))),
            Some(Token::Number(text)) => number(&text),
            Some(Token::Ion(text)) => ion(&text),
            Some(Token::Quoted(name)) => self.path(Step::Name(name, true)),
            Some(Token::Word(word)) => self.named(word),
            token => Err(unexpected(token.as_ref())),
        }
    }

    fn named(&mut self, word: String) -> Result<Expression, ServiceError> {
        let upper = word.to_ascii_uppercase();
        match upper.as_str() {
            "TRUE" => return Ok(Expression::Literal(Value::Boolean(true))),
            "FALSE" => return Ok(Expression::Literal(Value::Boolean(false))),
            "NULL" => return Ok(Expression::Literal(Value::Null)),
            "MISSING" => return Ok(Expression::Literal(Value::Missing)),
            "CASE" => return self.case(),
            _ => {}
        }
        if !self.symbol("(") {
            return self.path(Step::Name(word, false));
        }
        if let Some((_, aggregate)) = AGGREGATES.iter().find(|(name, _)| *name == upper) {
            let number = self.aggregates;
            self.aggregates += 1;
            if self.symbol("*") {
                self.expect(")")?;
                return Ok(Expression::Aggregate(*aggregate, number, None));
            }
            let argument = self.expression()?;
            self.expect(")")?;
            return Ok(Expression::Aggregate(*aggregate, number, Some(Box::new(argument))));
        }
        match upper.as_str() {
            "CAST" => self.cast(),
            "SUBSTRING" => self.substring(),
            "TRIM" => self.trim(),
            "DATE_ADD" | "DATE_DIFF" | "EXTRACT" => self.dated(upper),
            _ => Ok(Expression::Call(upper, self.arguments()?)),
        }
    }

    fn arguments(&mut self) -> Result<Vec<Expression>, ServiceError> {
        let mut arguments = Vec::new();
        if self.symbol(")") {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.expression()?);
            if self.symbol(")") {
                return Ok(arguments);
            }
            self.expect(",")?;
        }
    }

    fn cast(&mut self) -> Result<Expression, ServiceError> {
        let argument = Box::new(self.expression()?);
        if !self.word("AS") {
            return Err(unexpected(self.peek()));
        }
        let kind = match self.next() {
            Some(Token::Word(kind)) => kind.to_ascii_uppercase(),
            token => return Err(unexpected(token.as_ref())),
        };
        // A length or precision changes nothing here.
        if self.symbol("(") {
            self.arguments()?;
        }
        self.expect(")")?;
        Ok(Expression::Cast(argument, kind))
    }

    fn substring(&mut self) -> Result<Expression, ServiceError> {
        let mut arguments = vec![self.expression()?];
        while self.symbol(",") || self.word("FROM") || self.word("FOR") {
            arguments.push(self.expression()?);
        }
        self.expect(")")?;
        Ok(Expression::Call("SUBSTRING".to_owned(), arguments))
    }

    /// `TRIM([[LEADING | TRAILING | BOTH] [characters] FROM] text)`.
    fn trim(&mut self) -> Result<Expression, ServiceError> {
        let side = ["LEADING", "TRAILING", "BOTH"].into_iter().find(|side| self.word(side));
        let literal = |text: &str| Expression::Literal(Value::Text(text.to_owned()));
        let side = literal(side.unwrap_or("BOTH"));
        let mut characters = literal(" ");
        let mut text = None;
        if !self.word("FROM") {
            let first = self.expression()?;
            if self.word("FROM") { characters = first } else { text = Some(first) }
        }
        let text = match text {
            Some(text) => text,
            None => self.expression()?,
        };
        self.expect(")")?;
        Ok(Expression::Call("TRIM".to_owned(), vec![text, characters, side]))
    }

    /// A function whose first argument is a part of dates: `DATE_ADD(year, 1, t)`,
    /// `EXTRACT(year FROM t)`.
    fn dated(&mut self, function: String) -> Result<Expression, ServiceError> {
        let part = match self.next() {
            Some(Token::Word(part)) if Part::by_name(&part).is_some() => part,
            _ => {
                let message = "Did not find the expected date part in the SQL expression.";
                return Err(failed("ParseExpectedDatePart", message));
            }
        };
        match function.as_str() {
            "EXTRACT" if self.word("FROM") => {}
            "EXTRACT" => return Err(unexpected(self.peek())),
            _ => self.expect(",")?,
        }
        let mut arguments = vec![Expression::Literal(Value::Text(part))];
        arguments.extend(self.arguments()?);
        Ok(Expression::Call(function, arguments))
    }

    fn case(&mut self) -> Result<Expression, ServiceError> {
        let subject = match self.peek() {
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("WHEN") => None,
            _ => Some(self.expression()?),
        };
        let mut branches = Vec::new();
        while self.word("WHEN") {
            let mut condition = self.expression()?;
            if let Some(subject) = &subject {
                condition = binary("=", subject.clone(), condition);
            }
            if !self.word("THEN") {
                return Err(unexpected(self.peek()));
            }
            branches.push((condition, self.expression()?));
        }
        let otherwise = match self.word("ELSE") {
            true => Some(Box::new(self.expression()?)),
            false => None,
        };
        if branches.is_empty() || !self.word("END") {
            return Err(unexpected(self.peek()));
        }
        Ok(Expression::Case(branches, otherwise))
    }

    fn path(&mut self, first: Step) -> Result<Expression, ServiceError> {
        let mut steps = vec![first];
        steps.extend(self.steps()?);
        Ok(Expression::Path(steps))
    }

    /// The steps that follow a name: `.name`, `."name"`, `.*`, `[0]`, `[*]`, `['name']`.
    pub(super) fn steps(&mut self) -> Result<Vec<Step>, ServiceError> {
        let mut steps = Vec::new();
        loop {
            if self.symbol(".") {
                steps.push(match self.next() {
                    Some(Token::Word(name)) => Step::Name(name, false),
                    Some(Token::Quoted(name)) => Step::Name(name, true),
                    Some(Token::Symbol("*")) => Step::Every,
                    token => return Err(unexpected(token.as_ref())),
                });
            } else if self.symbol("[") {
                steps.push(match self.next() {
                    Some(Token::Symbol("*")) => Step::Every,
                    Some(Token::Text(name) | Token::Quoted(name)) => Step::Name(name, true),
                    Some(Token::Number(text)) => Step::Index(text.parse().map_err(|_| {
                        failed("ParseInvalidPathComponent", "An index is a whole number.")
                    })?),
                    token => return Err(unexpected(token.as_ref())),
                });
                self.expect("]")?;
            } else {
                return Ok(steps);
            }
        }
    }
}

/// A literal of Ion: a timestamp, a number, a text or a keyword.
fn ion(text: &str) -> Result<Expression, ServiceError> {
    let text = text.trim();
    let value = match (text, Timestamp::parse(text)) {
        (_, Some(at)) => Value::Timestamp(at),
        ("true", _) => Value::Boolean(true),
        ("false", _) => Value::Boolean(false),
        ("null", _) => Value::Null,
        _ => match text.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
            Some(inner) => Value::Text(inner.to_owned()),
            None => {
                return number(text).map_err(|_| {
                    failed(
                        "LexerInvalidIONLiteral",
                        "The SQL expression contains an IonLiteral that's not valid.",
                    )
                });
            }
        },
    };
    Ok(Expression::Literal(value))
}

fn number(text: &str) -> Result<Expression, ServiceError> {
    if let Ok(whole) = text.parse() {
        return Ok(Expression::Literal(Value::Integer(whole)));
    }
    match text.parse() {
        Ok(decimal) => Ok(Expression::Literal(Value::Decimal(decimal))),
        Err(_) => Err(failed("LexerInvalidLiteral", format!("{text} is not a number."))),
    }
}
