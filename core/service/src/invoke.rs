//! How the gateway calls an operation.

use std::any::Any;
use std::future::Future;
use std::pin::Pin;

use aws_smithy_schema::serde::{SerializableStruct, ShapeDeserializer};
use fogbank_schema::Schemas;

use crate::shape::{InputShape, OutputShape};
use crate::{RequestContext, RequestStream, ResponseStream, ServiceError};

/// A boxed future.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What an operation returns.
pub type OperationResult = Result<Reply, ServiceError>;

/// A service as the gateway sees it; generated code implements it over a provider.
pub trait Service: Send + Sync + 'static {
    /// The service's schemas and its model.
    fn schemas(&self) -> &'static Schemas;

    /// Reads the input at once, then runs the operation at this position of the model.
    fn invoke<'a>(
        &'a self,
        operation: usize,
        cx: &'a RequestContext,
        input: Input<'_>,
    ) -> BoxFuture<'a, OperationResult>;
}

/// A request on its way into an operation.
pub enum Input<'r> {
    /// From the wire.
    Wire(&'r mut dyn WireInput),
    /// From a typed client of the same process: the operation's own input type.
    Typed(Box<dyn Any + Send>),
}

/// A parsed request: members by the schema, and the body where it streams.
pub trait WireInput {
    /// Reads the input's members with this consumer of a deserializer.
    ///
    /// # Errors
    ///
    /// The service's answer to a request that is malformed or breaks the model's constraints.
    fn read(
        &mut self,
        read: &mut dyn FnMut(
            &mut dyn ShapeDeserializer,
        ) -> Result<(), aws_smithy_schema::serde::SerdeError>,
    ) -> Result<(), ServiceError>;

    /// The body, for operations whose input streams.
    fn take_stream(&mut self) -> RequestStream;
}

/// The output of an operation.
pub struct Reply {
    value: Box<dyn ErasedOutput>,
    stream: Option<ResponseStream>,
}

trait ErasedOutput: Send {
    fn shape(&self) -> &dyn SerializableStruct;
    fn into_any(self: Box<Self>) -> Box<dyn Any + Send>;
}

impl<T: OutputShape> ErasedOutput for T {
    fn shape(&self) -> &dyn SerializableStruct {
        self
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

impl Reply {
    /// A reply for the wire: what streams is taken out of the output.
    pub fn for_wire<T: OutputShape>(mut output: T) -> Self {
        let stream = output.take_stream();
        Self { value: Box::new(output), stream }
    }

    /// A reply for a typed client of the same process.
    pub fn typed<T: OutputShape>(output: T) -> Self {
        Self { value: Box::new(output), stream: None }
    }

    /// The output's members.
    pub fn shape(&self) -> &dyn SerializableStruct {
        self.value.shape()
    }

    /// What streams out with the response.
    pub fn take_stream(&mut self) -> Option<ResponseStream> {
        self.stream.take()
    }

    /// The typed output.
    pub fn into_any(self) -> Box<dyn Any + Send> {
        self.value.into_any()
    }
}

/// Reads the input, calls the provider, wraps the output. One instance per operation, in the
/// generated crate.
pub fn run<'a, I, O, F>(
    input: Input<'_>,
    call: impl FnOnce(I) -> F,
) -> BoxFuture<'a, OperationResult>
where
    I: InputShape,
    O: OutputShape,
    F: Future<Output = Result<O, ServiceError>> + Send + 'a,
{
    match input {
        Input::Wire(wire) => match read_input(wire) {
            Ok(input) => {
                let output = call(input);
                Box::pin(async move { output.await.map(Reply::for_wire) })
            }
            Err(error) => Box::pin(std::future::ready(Err(error))),
        },
        Input::Typed(input) => {
            let input = input.downcast::<I>().expect("a typed client passes its operation's input");
            let output = call(*input);
            Box::pin(async move { output.await.map(Reply::typed) })
        }
    }
}

fn read_input<I: InputShape>(wire: &mut dyn WireInput) -> Result<I, ServiceError> {
    let mut input = I::default();
    wire.read(&mut |deserializer| input.read_members(deserializer))?;
    if I::STREAMING {
        input.set_stream(wire.take_stream());
    }
    Ok(input)
}
