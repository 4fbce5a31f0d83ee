//! Errors over HTTP: the same body as over IPC, with the status that fits.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use firebell_client::api::{ApiError, ErrorCode};

use crate::guard::Turned;

/// What a call answers when it fails.
pub(crate) struct Failure(pub(crate) ApiError);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = status(self.0.code);
        let mut error = self.0;
        if error.code == ErrorCode::Internal {
            // The inside of a defect goes to the log, not to a window.
            tracing::error!(message = error.message, "internal error");
            "see the log".clone_into(&mut error.message);
        }
        (status, Json(error)).into_response()
    }
}

impl IntoResponse for Turned {
    fn into_response(self) -> Response {
        let why = match self {
            Self::Host => "another host",
            Self::Origin => "a page of another site",
            Self::Token => "no token of this run: load the page again",
        };
        let error = ApiError::of(ErrorCode::SignedOut, why);
        (StatusCode::FORBIDDEN, Json(error)).into_response()
    }
}

fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::Invalid => StatusCode::BAD_REQUEST,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::Refused | ErrorCode::Conflict => StatusCode::CONFLICT,
        ErrorCode::SignedOut | ErrorCode::WrongPassword => StatusCode::UNAUTHORIZED,
        ErrorCode::Revoked => StatusCode::FORBIDDEN,
        ErrorCode::ProtocolVersion => StatusCode::UPGRADE_REQUIRED,
        ErrorCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::Offline => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::TooMany => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::NoKeychain => StatusCode::FAILED_DEPENDENCY,
        ErrorCode::NotSaved => StatusCode::INSUFFICIENT_STORAGE,
        ErrorCode::StoreUnreadable | ErrorCode::StoreNewer | ErrorCode::Internal => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}
