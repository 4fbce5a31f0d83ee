//! Signing in and out, invitations.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use firebell_protocol::{
    error::{ApiError, ErrorCode},
    http::{AcceptInvitation, Invitation, Invite, Login, Session},
};

use super::{
    caller::{Address, Caller, Form},
    failure::{Answer, Failure},
};
use crate::{
    accounts::{entry::NewAccount, token::Token},
    node::Node,
    socket::check_version,
};

pub(super) async fn login(
    State(node): State<Arc<Node>>,
    Address(address): Address,
    Form(login): Form<Login>,
) -> Answer<Json<Session>> {
    check_version(login.protocol)?;
    let name = login.name.trim().to_lowercase();
    let session = match node.limits.sign_in(address, &name) {
        Ok(()) => {
            let Login { password, device, device_name, .. } = login;
            node.accounts.sign_in(&name, password, device, &device_name).await
        }
        Err(limited) => Err(limited),
    };
    count(&node, session)
}

pub(super) async fn accept(
    State(node): State<Arc<Node>>,
    Address(address): Address,
    Form(form): Form<AcceptInvitation>,
) -> Answer<Json<Session>> {
    check_version(form.login.protocol)?;
    node.limits.invitation(address)?;
    let Login { name, password, device, device_name, .. } = form.login;
    let new = NewAccount { name: name.clone(), display_name: form.display_name, admin: false };
    node.accounts.accept(&form.code, new, password.clone()).await?;
    count(&node, node.accounts.sign_in(&name, password, device, &device_name).await)
}

pub(super) async fn logout(
    State(node): State<Arc<Node>>,
    Caller(session): Caller,
) -> Answer<StatusCode> {
    node.store.revoke_device(session.device).await?;
    let error = ApiError::of(ErrorCode::SignedOut, "signed out");
    node.hub.close_device(session.device, &error);
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn invite(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Form(invite): Form<Invite>,
) -> Answer<Json<Invitation>> {
    caller.must_be_admin(&node).await?;
    Ok(Json(node.accounts.invite(invite.admin).await?))
}

fn count(node: &Node, session: Result<Session, ApiError>) -> Answer<Json<Session>> {
    match session {
        Ok(session) => {
            node.metrics.logins.inc();
            // The token before this one is worth nothing any more.
            let token = Token::sent(&session.token).hash();
            let ended = ApiError::of(ErrorCode::Revoked, "signed in again on this device");
            node.hub.close_where(&ended, |s| s.device == session.device && s.token != token);
            tracing::info!(person = %session.person, device = %session.device, "signed in");
            Ok(Json(session))
        }
        Err(error) => {
            node.metrics.logins_refused.inc();
            Err(Failure(error))
        }
    }
}
