//! The state document (C3): opened, written in, looked at by others.

use firebell_domain::{
    directory::Person,
    document::{MAX_UPDATE, check, seed},
    entity::{Entity, World},
    id::EntityId,
    incident::Incident,
};
use firebell_protocol::{
    document::{Base64, Caret},
    frame::ToServer,
};

use crate::{
    Client,
    api::{
        ApiError, ErrorCode,
        document::{DocumentView, IncidentExport, OpenDocument, PlaceCaret, WriteDocument},
    },
    views::{export, incident::find},
};

impl Client {
    /// `open_document`: what stands in it, or what came to it since. From the first question on it is kept
    /// up to date here, and this desktop is told of what others write at once.
    ///
    /// # Errors
    /// `NotFound` for an incident that does not exist or may not be seen.
    pub async fn open_document(&self, asked: OpenDocument) -> Result<DocumentView, ApiError> {
        let store = self.store()?;
        let incident = find(self, &store, &asked.incident).await?;
        let may_write = self.writable().is_ok();
        if may_write {
            store.open_document(incident.id).await?;
            self.look_at_document(incident.id, true);
        }
        let parts = store.document(incident.id, asked.after).await?;
        Ok(DocumentView {
            incident: incident.id.to_string(),
            begun: parts.begun,
            updates: parts.updates.into_iter().map(|update| Base64(update).text()).collect(),
            number: parts.number,
            behind: parts.behind,
            unsent: parts.unsent,
            held: parts.held,
            may_write,
        })
    }

    /// `close_document`: nobody looks at it here any more.
    ///
    /// # Errors
    /// `NotFound` for an incident that does not exist or may not be seen.
    pub async fn close_document(&self, incident: String) -> Result<(), ApiError> {
        let incident = find(self, &*self.store()?, &incident).await?;
        self.look_at_document(incident.id, false);
        Ok(())
    }

    /// `begin_document`: the headings to write under. Two desktops that begin it offline begin one.
    ///
    /// # Errors
    /// `NotFound` for an incident that does not exist or may not be seen; `NotSaved`.
    pub async fn begin_document(&self, incident: String) -> Result<(), ApiError> {
        let store = self.writable()?;
        let incident = find(self, &store, &incident).await?;
        if store.document(incident.id, 0).await?.begun {
            return Ok(());
        }
        let update = seed(self.language_of(&incident));
        store.write_document(incident.id, update).await?;
        Ok(())
    }

    /// The language of whoever declared it: in the record, so that every desktop takes the same.
    fn language_of(&self, incident: &Entity) -> &'static str {
        let directory = self.directory();
        let declared_by = Incident(incident).declared_by().and_then(|id| directory.entity(id));
        if declared_by.is_some_and(|person| Person(person).language() == "zh-Hans") {
            "zh-Hans"
        } else {
            "en"
        }
    }

    /// `write_document`: durable when this answers.
    ///
    /// # Errors
    /// `NotFound` for an incident that does not exist or may not be seen; `TooLarge`; `Invalid` for what is
    /// no update; `NotSaved`.
    pub async fn write_document(&self, form: WriteDocument) -> Result<(), ApiError> {
        let store = self.writable()?;
        let incident = find(self, &store, &form.incident).await?;
        let invalid = || ApiError::of(ErrorCode::Invalid, "this is no update of a document");
        let Base64(update) = Base64::read(&form.update).ok_or_else(invalid)?;
        if update.len() > MAX_UPDATE {
            let error = ApiError::of(ErrorCode::TooLarge, "an update of a document is too large");
            return Err(error.with("max", MAX_UPDATE.to_string()));
        }
        check(&update).map_err(|_| invalid())?;
        Ok(store.write_document(incident.id, update).await?)
    }

    /// `place_caret`: tells the others where this person is. May be lost.
    ///
    /// # Errors
    /// `NotFound` for an incident that does not exist or may not be seen; `TooLarge`.
    pub async fn place_caret(&self, form: PlaceCaret) -> Result<(), ApiError> {
        let incident = find(self, &*self.store()?, &form.incident).await?;
        let PlaceCaret { writer, anchor, head, .. } = form;
        let caret = Caret { incident: incident.id, writer, anchor, head };
        if !caret.fits() {
            return Err(ApiError::of(ErrorCode::TooLarge, "this is no place in a document"));
        }
        self.say(ToServer::Caret(caret));
        Ok(())
    }

    /// `export_incident`: the incident as Markdown, in this person's language.
    ///
    /// # Errors
    /// `NotFound` for an incident that does not exist or may not be seen.
    pub async fn export_incident(&self, incident: String) -> Result<IncidentExport, ApiError> {
        let incident: EntityId = find(self, &*self.store()?, &incident).await?.id;
        export::incident(self, incident).await
    }
}
