//! The board, lists and search.

use crate::{
    Client,
    api::{
        ApiError,
        incident::{BoardView, IncidentPage, ListIncidents},
        sync::SearchHit,
    },
    search,
    views::board,
};

impl Client {
    /// `get_board`: open incidents and who is on call.
    ///
    /// # Errors
    /// `SignedOut` without a workspace; a store that cannot be read.
    pub async fn get_board(&self, _: ()) -> Result<BoardView, ApiError> {
        board::board(self).await
    }

    /// `list_incidents`: all incidents, newest first, by words and states.
    ///
    /// # Errors
    /// `Invalid` for a cursor of another list; see [`Client::get_board`].
    pub async fn list_incidents(&self, asked: ListIncidents) -> Result<IncidentPage, ApiError> {
        board::list(self, asked).await
    }

    /// `search`: incidents and lines of their streams, newest first.
    ///
    /// # Errors
    /// See [`Client::get_board`].
    pub async fn search(&self, words: String) -> Result<Vec<SearchHit>, ApiError> {
        search::hits(self, &words).await
    }
}
