package io.luhproc.kubernetes.client;

import io.luhproc.LuhprocException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Thrown if a request did not succeed. */
public final class ApiException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  /** What went wrong. */
  public enum Kind {
    /** No connection, or no answer in time. The request may have been carried out. */
    UNREACHABLE(true),
    /** The certificate of the server is not trusted, or it ends the handshake. */
    TLS(true),
    /** 401: the credential is not valid. */
    UNAUTHORIZED(true),
    /** 403: the credential lacks a right. */
    FORBIDDEN(false),
    /** 403: a rule of the cluster does not admit the object, such as a quota. */
    NOT_ADMITTED(false),
    /** 403 of a server that is not ready, which may not have read the rights yet. */
    NOT_READY(true),
    /** 404: the object does not exist. */
    NOT_FOUND(false),
    /** 409: an object with this name exists. */
    ALREADY_EXISTS(false),
    /** 409: an object with this name exists and is being deleted. */
    BEING_DELETED(false),
    /** 409: the object is not in the expected state. */
    CONFLICT(false),
    /** 410: the version or the page is too old; list again. */
    EXPIRED(false),
    /** 400 and 422: the server does not accept the request as it is. */
    INVALID(false),
    /** 429: too many requests. */
    THROTTLED(true),
    /** 5xx: the server failed. The request may have been carried out. */
    SERVER_ERROR(true),
    /** The response is not that of an API server, or breaks off. */
    BAD_RESPONSE(true);

    private final boolean unavailable;

    Kind(boolean unavailable) {
      this.unavailable = unavailable;
    }

    /** Returns whether nothing is known about the state of the cluster. */
    public boolean isUnavailable() {
      return unavailable;
    }
  }

  private final Kind kind;
  private final transient Optional<Duration> retryAfter;

  ApiException(Kind kind, String message, @Nullable Throwable cause) {
    this(kind, message, Optional.empty(), cause);
  }

  ApiException(
      Kind kind, String message, Optional<Duration> retryAfter, @Nullable Throwable cause) {
    super(message);
    if (cause != null) {
      initCause(cause);
    }
    this.kind = kind;
    this.retryAfter = retryAfter;
  }

  /** Returns what went wrong. */
  public Kind kind() {
    return kind;
  }

  /** Returns how long the server asks to wait; empty if it does not. */
  public Optional<Duration> retryAfter() {
    return retryAfter;
  }
}
