//! Who asks: the session behind `Authorization: Bearer`, and the address for limits.

use std::{convert::Infallible, net::IpAddr, sync::Arc};

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, header, request::Parts},
};
use firebell_domain::directory::Person;
use firebell_protocol::error::{ApiError, ErrorCode};
use serde::de::DeserializeOwned;

use super::failure::{Answer, Failure, not_allowed};
use crate::{accounts::token::Token, delivery::line::Session, node::Node};

/// Address of the other side of a connection, put there by the listener; none in solo mode.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// Somebody who is signed in.
pub(super) struct Caller(pub(super) Session);

impl Caller {
    /// Whether they may edit the directory.
    pub(super) async fn is_admin(&self, node: &Node) -> Answer<bool> {
        let me = node.store.entities(&[self.0.person]).await?;
        Ok(me.first().is_some_and(|me| Person(me).admin()))
    }

    /// Refuses everybody but administrators.
    pub(super) async fn must_be_admin(&self, node: &Node) -> Answer<()> {
        if self.is_admin(node).await? { Ok(()) } else { Err(not_allowed()) }
    }
}

impl FromRequestParts<Arc<Node>> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, node: &Arc<Node>) -> Result<Self, Failure> {
        let token = bearer(&parts.headers)
            .ok_or_else(|| ApiError::of(ErrorCode::SignedOut, "a token is missing"))?;
        let (session, _) = node.accounts.session(token.hash()).await?;
        Ok(Self(session))
    }
}

pub(super) fn bearer(headers: &HeaderMap) -> Option<Token> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| Token::sent(token.trim()))
}

/// The address that limits count, if there is one.
pub(super) struct Address(pub(super) Option<IpAddr>);

impl FromRequestParts<Arc<Node>> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, node: &Arc<Node>) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<Peer>().map(|peer| peer.0.to_canonical());
        let trusted = |ip: &IpAddr| node.options.trusted_proxies.contains(ip);
        let forwarded = parts
            .headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(|ip| ip.trim().parse::<IpAddr>().ok())
            .map(|ip| ip.to_canonical());
        // From the near end: what stands before the last untrusted address may be made up.
        let address = match peer {
            Some(peer) if trusted(&peer) => {
                let far: Vec<IpAddr> = forwarded.collect();
                far.into_iter().rev().find(|ip| !trusted(ip)).or(Some(peer))
            }
            other => other,
        };
        Ok(Self(address))
    }
}

/// A JSON body; what is wrong with it leaves as an [`ApiError`].
pub(super) struct Form<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<Node>> for Form<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, node: &Arc<Node>) -> Result<Self, Failure> {
        let axum::Json(body) = axum::Json::<T>::from_request(request, node).await?;
        Ok(Self(body))
    }
}
