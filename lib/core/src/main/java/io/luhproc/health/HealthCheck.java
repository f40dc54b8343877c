package io.luhproc.health;

import java.time.Duration;
import java.util.List;

/**
 * Looks once whether a process does its work. The built-in checks are made by the methods here;
 * your own is a lambda.
 *
 * <p>A check runs on a thread of luhproc's, never two of one process at a time. When it has not
 * answered within its timeout, it has failed and its thread is interrupted.
 */
@FunctionalInterface
public interface HealthCheck {

  /**
   * Looks once.
   *
   * @throws Exception to say that the process is not healthy; its class and message are the detail
   */
  HealthResult check(CheckContext context) throws Exception;

  /**
   * Returns a check that is passed when a TCP connection can be made; it is closed at once.
   *
   * @throws IllegalArgumentException when the host is blank or the port not from 1 to 65535
   */
  static HealthCheck tcp(String host, int port) {
    return new TcpCheck(host, port);
  }

  /**
   * Returns a check that is passed when a GET of a URL is answered with a status from 200 to 399;
   * see {@link HttpCheck}.
   *
   * @param url {@code http} or {@code https}, with its port: {@code http://127.0.0.1:8080/health}
   * @throws IllegalArgumentException when it is no such URL, or without a port
   */
  static HttpCheck http(String url) {
    return HttpCheck.of(url);
  }

  /**
   * Returns a check that is passed when a command ends with exit code 0. It gets the working
   * directory, the environment, the user and the group of the process, and nothing on its stdin.
   * When it takes too long, it is killed with all that it has started; what a command that ended in
   * time leaves running in the background is left alone.
   *
   * @throws IllegalArgumentException when the command is empty
   */
  static HealthCheck exec(String... command) {
    return new CommandCheck(List.of(command));
  }

  /**
   * Returns a check that is passed when {@code sh -c text} ends with exit code 0; see {@link
   * #exec}.
   *
   * @throws IllegalArgumentException when the text is blank
   */
  static HealthCheck shell(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("text (" + text + ") must be a command of the shell");
    }
    return new CommandCheck(List.of("sh", "-c", text));
  }

  /**
   * Returns a check that is passed when the process, a task of this app, has called {@code
   * TaskContext.heartbeat()}, which is {@link Heartbeat#beat}, within {@code maxAge}. Ages are
   * taken from the wall clock: when it jumps, the check fails until the next beat.
   *
   * @throws IllegalArgumentException when the age is not longer than zero
   */
  static HealthCheck heartbeat(Duration maxAge) {
    return new HeartbeatCheck(maxAge);
  }

  /** Returns a policy with this check and all the defaults, see {@link HealthPolicy}. */
  default HealthPolicy policy() {
    return HealthPolicy.of(this);
  }

  /**
   * Returns a policy with this check, made at an interval, and the other defaults.
   *
   * @throws IllegalArgumentException when the interval is under 1 ms or over 365 days
   */
  default HealthPolicy every(Duration interval) {
    return policy().every(interval);
  }

  /** Returns what is checked, for messages: {@code tcp 127.0.0.1:5432}. */
  default String describe() {
    // What follows the slash in the name of a lambda changes from run to run.
    return getClass().getName().replaceFirst("(\\$\\$Lambda.*)?(/.*)?$", "");
  }
}
