//! A mapping as convergence sees it.

use super::platform::fault;
use crate::{
    converge::desk::{Mapper, MappingFailure},
    domain::{Content, MappingInput},
    plugin::{Failure, MappingError, TransformUse},
};
use async_trait::async_trait;
use std::sync::Arc;

/// A transform in its generation.
pub(super) struct TransformMapper(pub(super) Arc<TransformUse>);

// === impl TransformMapper ===

#[async_trait]
impl Mapper for TransformMapper {
    async fn apply(&self, input: MappingInput) -> Result<Content, MappingFailure> {
        self.0.apply(input).await.map_err(|failure| match failure {
            Failure::Guest(MappingError::Field(fault)) => MappingFailure::Field(fault),
            Failure::Guest(MappingError::Unwanted(why)) => MappingFailure::Unwanted(why),
            Failure::Failed(failed) => MappingFailure::Plugin(fault(&failed)),
        })
    }
}
