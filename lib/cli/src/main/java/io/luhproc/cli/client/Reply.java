package io.luhproc.cli.client;

import java.util.Map;

/**
 * The complete answer to a request.
 *
 * @param status the HTTP status code, below 400
 * @param body the content
 */
public record Reply(int status, String body) {
  private static final int ACCEPTED = 202;
  private static final int FIRST_ERROR = 400;

  /** Returns whether the daemon has not finished the request in the time that it was given. */
  public boolean isUnfinished() {
    return status == ACCEPTED;
  }

  /** Returns the body as a JSON value, see {@link Json#parse}. */
  public Object json() {
    return Json.parse(body);
  }

  /**
   * Returns this reply if it is no error.
   *
   * @throws RefusedRequestException with the detail of the problem (RFC 9457) if it is
   */
  Reply orThrow() {
    if (status < FIRST_ERROR) {
      return this;
    }
    String detail = "";
    if (body.startsWith("{") && json() instanceof Map<?, ?> problem) {
      detail = String.valueOf(problem.get("detail"));
    }
    throw new RefusedRequestException(
        status, detail.isEmpty() ? "the daemon answered with status " + status : detail);
  }
}
