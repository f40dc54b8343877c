package io.luhproc.kubernetes.stub;

/** What goes wrong with a request instead of, or after, its answer. */
public enum Fault {
  /** The connection is closed without an answer; nothing is done. */
  CLOSE,
  /** The request is carried out, and the connection closed without an answer. */
  CLOSE_AFTER,
  /** Nothing is answered until the server closes. */
  HANG,
  /** The answer breaks off in the middle. */
  CUT,
  /** The answer has a head and a part of the body, and hangs. */
  HANG_IN_BODY,
  /** Before a deletion, another Job gets the name. */
  REPLACED,
  /** Before the request, all Jobs and Pods are removed. */
  REMOVED,
  /** 410. */
  EXPIRED,
  /** 500 with a body of many megabytes. */
  ENDLESS_ERROR,
  /** 500. */
  ERROR_500,
  /** 403, as of a server that begins. */
  FORBIDDEN,
  /** 403, because a quota is used up. */
  OVER_QUOTA,
  /** 429 with {@code Retry-After: 7}. */
  THROTTLED,
  /** A page of a proxy. */
  NOT_JSON,
  /** 404 of a proxy. */
  FOREIGN_404,
  /** 404 of a server that does not serve the resource. */
  NO_RESOURCE,
  /** A redirect to another host. */
  REDIRECT;

  /** Returns whether the request is carried out. */
  boolean isCarriedOut() {
    return this == CLOSE_AFTER || this == REPLACED || this == REMOVED;
  }
}
