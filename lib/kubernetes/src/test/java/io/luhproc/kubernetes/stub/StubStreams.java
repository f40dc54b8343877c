package io.luhproc.kubernetes.stub;

import static io.luhproc.kubernetes.stub.StubObjects.map;
import static io.luhproc.kubernetes.stub.StubObjects.object;
import static io.luhproc.kubernetes.stub.StubObjects.status;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.luhproc.kubernetes.json.Json;
import io.luhproc.kubernetes.stub.StubCluster.Event;
import io.luhproc.kubernetes.stub.StubPod.LogLine;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Answers watches and logs, which take long. */
final class StubStreams {
  private static final int PIECE_BYTES = 16 << 10;

  private final StubCluster cluster;
  private volatile int generation;
  // The streams that were opened up to this generation send nothing more.
  private volatile int silentGeneration = -1;
  // The streams of this generation end as if they were complete.
  private volatile int endedGeneration = -1;
  private final AtomicInteger open = new AtomicInteger();

  StubStreams(StubCluster cluster) {
    this.cluster = cluster;
  }

  /** Breaks all streams off, as a dying server does. */
  void breakOff() {
    synchronized (cluster) {
      generation++;
      cluster.notifyAll();
    }
  }

  /** Ends all streams, as a server does after its time limit. */
  void end() {
    endedGeneration = generation;
    breakOff();
  }

  /** Sends nothing more to any stream that is open now, as a dead connection does. */
  void silence() {
    silentGeneration = generation;
    breakOff();
  }

  int open() {
    return open.get();
  }

  void watch(StubRequest request, String kind, Predicate<Map<String, Object>> selector)
      throws IOException, InterruptedException {
    open.incrementAndGet();
    try {
      sendChanges(request, kind, selector);
    } finally {
      open.decrementAndGet();
    }
  }

  private void sendChanges(
      StubRequest request, String kind, Predicate<Map<String, Object>> selector)
      throws IOException, InterruptedException {
    long version = Long.parseLong(request.parameter("resourceVersion"));
    int own = generation;
    OutputStream out = request.begin("application/json");
    // The head of the answer must not wait for the first event.
    out.flush();
    while (true) {
      List<String> lines = new ArrayList<>();
      boolean expired;
      synchronized (cluster) {
        expired = version < cluster.oldestVersion();
        version = expired ? version : collect(version, kind, selector, lines);
        // Not if it was broken off since the head of the answer was sent.
        if (!expired && lines.isEmpty() && own == generation) {
          cluster.wait();
        }
      }
      if (own != generation) {
        abort(request, out, own, "{\"type\":\"MODI");
        return;
      }
      if (expired) {
        lines.add(expired(version));
      }
      for (String line : lines) {
        out.write((line + "\n").getBytes(UTF_8));
      }
      out.flush();
      if (expired) {
        out.close();
        return;
      }
    }
  }

  private void abort(StubRequest request, OutputStream out, int own, String beginning)
      throws IOException {
    if (own == endedGeneration) {
      out.close();
    } else if (own > silentGeneration) {
      out.write(beginning.getBytes(UTF_8));
      out.flush();
      request.close();
    }
  }

  private String expired(long version) {
    String message = "too old resource version: %d (%d)".formatted(version, cluster.version());
    return Json.write(object("type", "ERROR", "object", status(410, "Expired", message, null)));
  }

  private long collect(
      long version, String kind, Predicate<Map<String, Object>> selector, List<String> lines) {
    for (Event event : cluster.events()) {
      Map<String, Object> object = event.object();
      if (event.version() > version && kind.equals(object.get("kind")) && selector.test(object)) {
        lines.add(Json.write(object("type", event.type(), "object", object)));
      }
    }
    if (lines.isEmpty() && cluster.version() > version) {
      lines.add(
          Json.write(
              object(
                  "type",
                  "BOOKMARK",
                  "object",
                  object(
                      "kind",
                      kind,
                      "metadata",
                      Map.of("resourceVersion", Long.toString(cluster.version()))))));
    }
    return cluster.version();
  }

  void log(StubRequest request, StubPod pod) throws IOException, InterruptedException {
    open.incrementAndGet();
    try {
      sendLines(request, pod);
    } finally {
      open.decrementAndGet();
    }
  }

  private void sendLines(StubRequest request, StubPod pod)
      throws IOException, InterruptedException {
    boolean follow = "true".equals(request.parameter("follow"));
    int own = generation;
    OutputStream out = request.begin("text/plain");
    out.flush();
    int sent = 0;
    while (true) {
      List<LogLine> lines;
      boolean ended;
      synchronized (cluster) {
        lines = List.copyOf(pod.log().subList(sent, pod.log().size()));
        ended = pod.hasEnded() || cluster.pod(pod.name()).isEmpty() || pod.state().isEmpty();
        if (lines.isEmpty() && follow && !ended && own == generation) {
          cluster.wait();
        }
      }
      if (own != generation) {
        abort(request, out, own, "2026-11-20T13:39:05.9");
        return;
      }
      sent += lines.size();
      for (LogLine line : lines) {
        write(request, line, out);
      }
      out.flush();
      if (lines.isEmpty() && (ended || !follow)) {
        out.close();
        return;
      }
    }
  }

  private static void write(StubRequest request, LogLine line, OutputStream out)
      throws IOException {
    String since = request.parameter("sinceTime");
    boolean old =
        since != null && line.stamp() != null && line.stamp().isBefore(Instant.parse(since));
    if (!old) {
      boolean stamped = request.has("timestamps") && line.stamp() != null;
      String prefix = stamped ? line.stamp() + " " : "";
      byte[] text = line.text().getBytes(UTF_8);
      // The kubelet reads a long line in pieces, and puts a stamp before each.
      for (int from = 0; from == 0 || from < text.length; from += PIECE_BYTES) {
        out.write(prefix.getBytes(UTF_8));
        out.write(text, from, Math.min(PIECE_BYTES, text.length - from));
      }
      out.write('\n');
    }
  }

  /** Returns what a log request says about a container that has not begun; null if it has. */
  static Map<String, Object> waiting(StubPod pod) {
    if (!pod.state().equals("waiting")) {
      return null;
    }
    String message =
        "container \"worker\" in pod \"%s\" is waiting to start: %s"
            .formatted(map(pod.asObject(), "metadata").get("name"), pod.waitingReason());
    return status(400, "BadRequest", message, null);
  }
}
