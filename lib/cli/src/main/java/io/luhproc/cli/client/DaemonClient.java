package io.luhproc.cli.client;

import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The daemon of a configuration. Every request has a connection of its own. Immutable.
 *
 * <p>All methods throw an {@link UnreachableException} if the daemon does not answer, and a {@link
 * RefusedRequestException} if it answers with an error.
 */
public final class DaemonClient {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Path config;
  private final Path socket;

  /**
   * Creates a client. Does not connect.
   *
   * @param config the configuration, which is named in messages
   * @param socket the unix socket of the daemon
   */
  public DaemonClient(Path config, Path socket) {
    this.config = config;
    this.socket = socket;
  }

  /**
   * Returns the path of segments, percent-encoded, such as {@code /services/a%2Fb}.
   *
   * @param segments the segments, which may contain any characters
   */
  public static String path(String... segments) {
    StringBuilder path = new StringBuilder();
    for (String segment : segments) {
      path.append('/').append(encode(segment));
    }
    return path.toString();
  }

  /** Returns a text percent-encoded, for a segment of a path or a value of a query. */
  public static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Returns the configuration of the daemon. */
  public Path config() {
    return config;
  }

  /**
   * Returns whether the daemon runs.
   *
   * @throws UnreachableException if it runs, and does not answer
   */
  public boolean isReachable() {
    try {
      return get("/health/live").status() == 200;
    } catch (UnreachableException e) {
      if (e.runs()) {
        throw e;
      }
      return false;
    }
  }

  /** Returns the answer to a GET request, which comes at once. */
  public Reply get(String target) {
    return send("GET", target, TIMEOUT).await();
  }

  /** Returns the answer to a POST request, which comes at once. */
  public Reply post(String target) {
    return send("POST", target, TIMEOUT).await();
  }

  /**
   * Sends a POST request whose answer comes later.
   *
   * @param timeout how long the answer may take
   */
  public PendingReply startPost(String target, Duration timeout) {
    return send("POST", target, timeout.plus(TIMEOUT));
  }

  private PendingReply send(String method, String target, Duration timeout) {
    return new PendingReply(connect(method, target, "", timeout), this);
  }

  private HttpConnection connect(String method, String target, String headers, Duration timeout) {
    try {
      return HttpConnection.send(
          socket, method, target, headers, Deadline.after(TimeSource.system(), timeout));
    } catch (IOException | IllegalArgumentException e) {
      throw unreachable(e);
    }
  }

  /**
   * Opens an event stream. Messages that are sent after the return are received: the daemon answers
   * after it has registered the stream.
   *
   * @param target the path and query
   * @param lastEventId the id after which it begins; empty to begin now
   */
  public EventStream openEvents(String target, String lastEventId) {
    String lastEvent = lastEventId.isEmpty() ? "" : "Last-Event-ID: " + lastEventId + "\r\n";
    return new EventStream(
        openStream(target, "Accept: text/event-stream\r\n" + lastEvent), this, lastEventId);
  }

  /**
   * Opens an answer of JSON lines, which may come as they are written.
   *
   * @param target the path and query
   */
  public LineStream openLines(String target) {
    return new LineStream(openStream(target, "Accept: application/x-ndjson\r\n"), this);
  }

  private StreamedBody openStream(String target, String headers) {
    HttpConnection connection = connect("GET", target, headers, TIMEOUT);
    try {
      return StreamedBody.open(connection);
    } catch (IOException e) {
      connection.close();
      throw unreachable(e);
    } catch (RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /** Returns the failure of a request, for people; not a lambda, which loads 150 classes. */
  UnreachableException unreachable(Exception failure) {
    String cause;
    String remedy = "see luhproc status";
    boolean runs = failure instanceof HttpConnection.TimedOutException;
    if (runs) {
      cause = "it does not answer";
      remedy = "see luhproc workers list for its pid";
    } else if (failure instanceof EOFException
        || (failure instanceof IOException
            && String.valueOf(failure.getMessage()).matches(".*(reset|Broken pipe).*"))) {
      cause = "it has ended during the request";
    } else if (failure instanceof ConnectException
        || failure instanceof SocketException
        || !Files.exists(socket)) {
      cause = "it is not running";
      remedy = "run luhproc up";
    } else {
      cause = String.valueOf(failure.getMessage());
    }
    return new UnreachableException(
        "cannot reach the daemon of " + config + ": " + cause + "; " + remedy, runs, failure);
  }

  // What the daemon reports.

  /** Returns the status of all services. */
  public List<ServiceView> services() {
    return services(get("/services"));
  }

  /** Returns the services of an answer, which is an array of services, or one service. */
  public static List<ServiceView> services(Reply reply) {
    return ServiceView.listOf(reply.json());
  }

  /** Returns the names of the services of each group. */
  public Map<String, List<String>> groups() {
    Map<String, List<String>> groups = new LinkedHashMap<>();
    if (get("/groups").json() instanceof Map<?, ?> object) {
      for (Object name : object.keySet()) {
        String group = String.valueOf(name);
        groups.put(group, new ArrayList<>(new JsonObject(object).texts(group)));
      }
    }
    return groups;
  }
}
