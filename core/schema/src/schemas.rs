//! Schemas of one service, built when they are first asked for.

use std::sync::OnceLock;

use aws_smithy_schema::Schema;

use crate::{ServiceModel, ShapeIndex, build, decode};

/// The compact model of a service and the schemas built from it so far.
///
/// A generated crate holds one in a `static`; the catalog tier makes them at run time.
pub struct Schemas {
    bytes: &'static [u8],
    loaded: OnceLock<Loaded>,
}

struct Loaded {
    model: &'static ServiceModel<'static>,
    shapes: Box<[OnceLock<&'static Schema<'static>>]>,
    inputs: Box<[OnceLock<&'static Schema<'static>>]>,
    outputs: Box<[OnceLock<&'static Schema<'static>>]>,
}

fn cells(count: usize) -> Box<[OnceLock<&'static Schema<'static>>]> {
    std::iter::repeat_with(OnceLock::new).take(count).collect()
}

impl Schemas {
    /// Schemas of the model that these bytes encode.
    pub const fn new(bytes: &'static [u8]) -> Self {
        Self { bytes, loaded: OnceLock::new() }
    }

    fn loaded(&self) -> &Loaded {
        self.loaded.get_or_init(|| {
            let model = decode(self.bytes).expect("regen writes models that this build decodes");
            let model: &'static ServiceModel<'static> = Box::leak(Box::new(model));
            Loaded {
                model,
                shapes: cells(model.shapes.len()),
                inputs: cells(model.operations.len()),
                outputs: cells(model.operations.len()),
            }
        })
    }

    /// The service's model; decoded on the first call.
    pub fn model(&self) -> &'static ServiceModel<'static> {
        self.loaded().model
    }

    /// The schema of a shape.
    ///
    /// # Panics
    ///
    /// When the index does not come from this model.
    pub fn shape(&self, index: ShapeIndex) -> &'static Schema<'static> {
        let loaded = self.loaded();
        loaded.shapes[index as usize].get_or_init(|| build::shape(loaded.model, index))
    }

    /// The input schema of an operation, with its HTTP trait.
    pub fn input(&self, operation: usize) -> &'static Schema<'static> {
        let loaded = self.loaded();
        loaded.inputs[operation].get_or_init(|| build::input(loaded.model, operation))
    }

    /// The output schema of an operation.
    pub fn output(&self, operation: usize) -> &'static Schema<'static> {
        let loaded = self.loaded();
        loaded.outputs[operation].get_or_init(|| build::output(loaded.model, operation))
    }
}

impl std::fmt::Debug for Schemas {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Schemas").field("compressed", &self.bytes.len()).finish_non_exhaustive()
    }
}
