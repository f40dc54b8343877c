package io.luhproc.health;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Examines whether a process does its work. The static methods create the built-in checks; a custom
 * check is a lambda.
 *
 * <p>Checks run on threads of the supervisor, at most one at a time for each process. A check that
 * exceeds its timeout counts as failed and its thread is interrupted.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface HealthCheck {

  /**
   * Performs the check once.
   *
   * @param context the process to check
   * @throws CheckUnavailableException if the check could not run; it then does not count
   * @throws Exception if the process is not healthy; class and message become the detail
   */
  HealthResult check(CheckContext context) throws Exception;

  /**
   * Returns a check that passes if a TCP connection can be opened. The connection is closed at
   * once.
   *
   * <p>It fails if a process that does not belong to the checked one has answered on a port of this
   * machine; see {@link #answeredByAnyProcess()}.
   *
   * @param host a host name or an IP address
   * @param port 1 to 65535
   * @throws IllegalArgumentException if the host is blank or the port out of range
   */
  static HealthCheck tcp(String host, int port) {
    return new TcpCheck(host, port);
  }

  /**
   * Returns a check that passes if a GET request is answered with a status from 200 to 399; see
   * {@link HttpCheck} for other methods, statuses, headers and bodies.
   *
   * <p>It fails if a process that does not belong to the checked one has answered on a port of this
   * machine; see {@link #answeredByAnyProcess()}.
   *
   * @param url an {@code http} or {@code https} URL with a port, such as {@code
   *     http://127.0.0.1:8080/health}
   * @throws IllegalArgumentException if the URL is malformed, has another scheme, no port, or
   *     contains a user or password
   */
  static HttpCheck http(String url) {
    return HttpCheck.of(url);
  }

  /**
   * Returns a check that passes if a Unix domain socket accepts a connection, which is closed at
   * once. {@link HttpCheck#unixSocket(Path)} sends an HTTP request over it.
   *
   * @param socket the path of the socket; a relative path starts at the working directory of the
   *     process
   */
  static HealthCheck unixSocket(Path socket) {
    return new UnixSocketCheck(socket);
  }

  /**
   * Returns a check that passes if a command exits with code 0; see {@link CheckContext#run}.
   *
   * <p>A command that exceeds the timeout is killed together with all processes that it has
   * started. Background processes of a command that exits in time are left running.
   *
   * @param command the program and its arguments
   * @throws IllegalArgumentException if the command is empty
   */
  static HealthCheck exec(String... command) {
    return new CommandCheck(List.of(command));
  }

  /**
   * Returns a check that passes if {@code sh -c text} exits with code 0; see {@link #exec}.
   *
   * @param text the shell command
   * @throws IllegalArgumentException if the text is blank
   */
  static HealthCheck shell(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("text (" + text + ") must be a shell command");
    }
    return new CommandCheck(List.of("sh", "-c", text));
  }

  /**
   * Returns a check that passes if a task of this application has called {@code
   * TaskContext.heartbeat()} within {@code maxAge}.
   *
   * <p>Ages are measured with the wall clock. If the clock is changed, the check can fail until the
   * next heartbeat.
   *
   * @param maxAge the maximum age of the last heartbeat, 1 ms to 365 days
   * @throws IllegalArgumentException if {@code maxAge} is out of range
   */
  static HealthCheck heartbeat(Duration maxAge) {
    return new HeartbeatCheck(maxAge);
  }

  /**
   * Returns this check without the requirement that the checked process answers it itself: for a
   * port that a proxy or a forwarder in front of the process holds.
   */
  default HealthCheck answeredByAnyProcess() {
    return new AnyProcessCheck(this);
  }

  /** Returns a policy that performs this check with the defaults of {@link HealthPolicy}. */
  default HealthPolicy policy() {
    return HealthPolicy.of(this);
  }

  /**
   * Returns a policy that performs this check at an interval, with the other defaults of {@link
   * HealthPolicy}.
   *
   * @param interval the time between the end of a check and the next one, 1 ms to 365 days
   * @throws IllegalArgumentException if the interval is out of range
   */
  default HealthPolicy every(Duration interval) {
    return policy().every(interval);
  }

  /**
   * Returns a short description for messages, such as {@code tcp 127.0.0.1:5432}. The default is
   * the name of the class.
   */
  default String describe() {
    // The part after the slash in the class name of a lambda differs between runs.
    return getClass().getName().replaceFirst("(\\$\\$Lambda.*)?(/.*)?$", "");
  }
}
