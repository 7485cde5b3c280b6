//! The SQL of S3 Select: `SELECT … FROM S3Object … [WHERE …] [LIMIT …]`.
//!
//! See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-select.html>.

mod expressions;
mod tokens;

use fogbank_service::ServiceError;

use super::failed;
use super::value::Value;
use tokens::{Token, tokens};

/// The longest expression: 256 KB.
const LONGEST: usize = 256 * 1024;

/// A query.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    pub(super) items: Items,
    /// The steps after `S3Object`.
    pub(super) from: Vec<Step>,
    pub(super) alias: Option<String>,
    pub(super) filter: Option<Expression>,
    pub(super) limit: Option<usize>,
    /// How many aggregate functions the items have.
    pub(super) aggregates: usize,
}

/// What is selected.
#[derive(Clone, Debug)]
pub(super) enum Items {
    All,
    /// Expressions with the names they are given.
    Listed(Vec<(Expression, Option<String>)>),
}

/// A step of a path.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    /// A member; in any case unless it was quoted.
    Name(String, bool),
    Index(usize),
    /// Every element.
    Every,
}

/// An expression.
#[derive(Clone, Debug)]
pub(super) enum Expression {
    Literal(Value),
    Path(Vec<Step>),
    Unary(&'static str, Box<Expression>),
    Binary(&'static str, Box<Expression>, Box<Expression>),
    Like(Box<Expression>, Box<Expression>, Option<Box<Expression>>),
    In(Box<Expression>, Vec<Expression>),
    Between(Box<Expression>, Box<Expression>, Box<Expression>),
    IsNull(Box<Expression>),
    IsMissing(Box<Expression>),
    Cast(Box<Expression>, String),
    Case(Vec<(Expression, Expression)>, Option<Box<Expression>>),
    Call(String, Vec<Expression>),
    /// An aggregate function, its number and its argument; none for `COUNT(*)`.
    Aggregate(Aggregate, usize, Option<Box<Expression>>),
}

/// An aggregate function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aggregate {
    Count,
    Sum,
    Avg,
    Min,
    Max,
}

/// Reads the tokens of an expression.
pub(super) struct Parser {
    tokens: Vec<Token>,
    at: usize,
    aggregates: usize,
}

fn unexpected(token: Option<&Token>) -> ServiceError {
    match token {
        Some(token) => failed("ParseUnexpectedToken", format!("Unexpected token found {token}")),
        None => failed("ParseUnexpectedToken", "Unexpected end of the expression"),
    }
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    ///
    /// `ExpressionTooLong`, `ParseSelectMissingFrom`, `ParseUnexpectedToken` and their like.
    pub(crate) fn parse(text: &str) -> Result<Self, ServiceError> {
        if text.len() > LONGEST {
            return Err(failed(
                "ExpressionTooLong",
                "The SQL expression is too long: The maximum byte-length for the SQL expression \
                 is 256 KB.",
            ));
        }
        let mut parser = Parser { tokens: tokens(text)?, at: 0, aggregates: 0 };
        if !parser.word("SELECT") {
            return Err(unexpected(parser.peek()));
        }
        let items = parser.items()?;
        let aggregates = parser.aggregates;
        if !parser.word("FROM") {
            return Err(failed(
                "ParseSelectMissingFrom",
                "GROUP is not supported and FROM is missing after the SELECT list.",
            ));
        }
        let from = parser.source()?;
        let alias = parser.alias();
        let filter = match parser.word("WHERE") {
            true => Some(parser.expression()?),
            false => None,
        };
        if parser.aggregates > aggregates {
            return Err(failed("UnsupportedSqlOperation", "Aggregates belong to the SELECT list."));
        }
        let limit = match parser.word("LIMIT") {
            true => Some(parser.limit()?),
            false => None,
        };
        parser.symbol(";");
        match parser.peek() {
            None => Ok(Self { items, from, alias, filter, limit, aggregates }),
            Some(Token::Word(word))
                if ["GROUP", "ORDER", "JOIN"].iter().any(|it| word.eq_ignore_ascii_case(it)) =>
            {
                Err(failed(
                    "UnsupportedSqlStructure",
                    "We encountered an unsupported SQL structure. Check the SQL Reference.",
                ))
            }
            token => Err(unexpected(token)),
        }
    }
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    /// Takes a keyword.
    fn word(&mut self, word: &str) -> bool {
        let is = matches!(self.peek(), Some(Token::Word(it)) if it.eq_ignore_ascii_case(word));
        self.at += usize::from(is);
        is
    }

    fn symbol(&mut self, symbol: &str) -> bool {
        let is = matches!(self.peek(), Some(Token::Symbol(it)) if *it == symbol);
        self.at += usize::from(is);
        is
    }

    fn expect(&mut self, symbol: &str) -> Result<(), ServiceError> {
        if self.symbol(symbol) { Ok(()) } else { Err(unexpected(self.peek())) }
    }

    fn items(&mut self) -> Result<Items, ServiceError> {
        if self.symbol("*") {
            return Ok(Items::All);
        }
        let mut items = Vec::new();
        loop {
            let expression = self.expression()?;
            // `s.*` is everything.
            if let Expression::Path(steps) = &expression
                && steps.last() == Some(&Step::Every)
                && steps.len() == 2
                && items.is_empty()
            {
                return Ok(Items::All);
            }
            let alias = match self.word("AS") {
                true => match self.next() {
                    Some(Token::Word(name) | Token::Quoted(name)) => Some(name),
                    token => return Err(unexpected(token.as_ref())),
                },
                false => None,
            };
            items.push((expression, alias));
            if !self.symbol(",") {
                return Ok(Items::Listed(items));
            }
        }
    }

    fn source(&mut self) -> Result<Vec<Step>, ServiceError> {
        if !self.word("S3OBJECT") {
            return Err(failed(
                "ParseUnsupportedSelect",
                "The SQL expression contains an unsupported use of FROM: only S3Object can be \
                 queried.",
            ));
        }
        let mut steps = self.steps()?;
        // The records of an object are its elements already.
        if steps.first() == Some(&Step::Every) {
            steps.remove(0);
        }
        Ok(steps)
    }

    fn alias(&mut self) -> Option<String> {
        let explicit = self.word("AS");
        match self.peek() {
            Some(Token::Word(word))
                if explicit
                    || !["WHERE", "LIMIT", "GROUP", "ORDER", "JOIN"]
                        .iter()
                        .any(|it| word.eq_ignore_ascii_case(it)) =>
            {
                let word = word.clone();
                self.at += 1;
                Some(word)
            }
            _ => None,
        }
    }

    fn limit(&mut self) -> Result<usize, ServiceError> {
        match self.next() {
            Some(Token::Number(text)) => text
                .parse()
                .map_err(|_| failed("ParseExpectedNumber", "LIMIT takes a whole number.")),
            token => Err(unexpected(token.as_ref())),
        }
    }
}
