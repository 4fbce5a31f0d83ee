//! How an error leaves: [`ApiError`] as JSON with the status that fits.

use axum::{
    Json,
    extract::rejection::{JsonRejection, PathRejection, QueryRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use firebell_protocol::error::{ApiError, ErrorCode};

use crate::{accounts::entry::unavailable, store::StoreError};

/// An error on its way out.
pub(super) struct Failure(pub(super) ApiError);

/// What handlers answer.
pub(super) type Answer<T> = Result<T, Failure>;

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut error = self.0;
        let status = status(&error);
        if error.code == ErrorCode::Internal {
            // The inside of a defect is for the log, not for the wire.
            tracing::error!(what = %error.message, "a request failed");
            "a defect of the server".clone_into(&mut error.message);
        }
        let mut response = (status, Json(error)).into_response();
        if status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}

fn status(error: &ApiError) -> StatusCode {
    match error.code {
        ErrorCode::Invalid => StatusCode::BAD_REQUEST,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::Refused if error.args.get("refusal").is_some_and(|r| r == "not_allowed") => {
            StatusCode::FORBIDDEN
        }
        ErrorCode::Refused | ErrorCode::Conflict => StatusCode::CONFLICT,
        ErrorCode::SignedOut | ErrorCode::WrongPassword | ErrorCode::Revoked => {
            StatusCode::UNAUTHORIZED
        }
        ErrorCode::ProtocolVersion => StatusCode::UPGRADE_REQUIRED,
        ErrorCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::TooMany => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::Offline => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::NoKeychain
        | ErrorCode::StoreUnreadable
        | ErrorCode::StoreNewer
        | ErrorCode::NotSaved
        | ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// What does not exist and what may not be seen get this one answer.
pub(super) fn not_found() -> Failure {
    Failure(ApiError::of(ErrorCode::NotFound, "there is nothing here"))
}

/// This person may not do that.
pub(super) fn not_allowed() -> Failure {
    let error = ApiError::of(ErrorCode::Refused, "this needs an administrator");
    Failure(error.with("refusal", "not_allowed"))
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self(unavailable(error))
    }
}

impl From<JsonRejection> for Failure {
    fn from(rejection: JsonRejection) -> Self {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            return Self(ApiError::of(ErrorCode::TooLarge, "the body is too large"));
        }
        Self(ApiError::of(ErrorCode::Invalid, "the body cannot be read"))
    }
}

impl From<QueryRejection> for Failure {
    fn from(_: QueryRejection) -> Self {
        Self(ApiError::of(ErrorCode::Invalid, "the query cannot be read"))
    }
}

impl From<PathRejection> for Failure {
    fn from(_: PathRejection) -> Self {
        not_found()
    }
}

/// The process ends; the desktop comes again.
pub(super) fn stopping<E>(_: E) -> Failure {
    Failure(ApiError::of(ErrorCode::Offline, "the server is stopping"))
}
