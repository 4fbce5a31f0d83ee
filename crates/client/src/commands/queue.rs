//! The queue of severity 3 (N2).

use crate::{
    Client,
    api::{ApiError, queue::QueueView},
    views::queue,
};

impl Client {
    /// `get_queue`: what waits for a team, by team. Accepting is `command_incident` with `take`: whoever
    /// accepts becomes the IM.
    ///
    /// # Errors
    /// `SignedOut` without a workspace; a store that cannot be read.
    pub async fn get_queue(&self, _: ()) -> Result<QueueView, ApiError> {
        queue::view(self).await
    }
}
