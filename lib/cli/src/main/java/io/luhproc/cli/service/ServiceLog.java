package io.luhproc.cli.service;

import io.luhproc.cli.client.LineStream;
import io.luhproc.cli.client.ResumedEventStream;
import io.luhproc.cli.client.ServerEvent;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The lines of the log of one service. The parts of long lines are joined. Not thread-safe. */
final class ServiceLog implements AutoCloseable {
  private static final int MAX_LINE = 1 << 20;

  private final String service;
  private final Supplier<Optional<String>> lines;
  private final Runnable closer;
  // By process and stream, the parts of a line so far.
  private final Map<String, String> parts = new HashMap<>();
  private Optional<LogEntry> next = Optional.empty();

  private ServiceLog(String service, Supplier<Optional<String>> lines, Runnable closer) {
    this.service = service;
    this.lines = lines;
    this.closer = closer;
  }

  /** Returns the lines up to the end of an answer. */
  static ServiceLog of(String service, LineStream lines) {
    return new ServiceLog(service, lines::next, lines::close);
  }

  /** Returns the lines of a stream, which may be resumed within a long line. */
  static ServiceLog of(String service, ResumedEventStream events) {
    return new ServiceLog(service, () -> events.next().map(ServerEvent::data), events::close);
  }

  /** Waits for the next line and keeps it; empty at the end. */
  Optional<LogEntry> peek() {
    while (next.isEmpty()) {
      Optional<String> line = lines.get();
      if (line.isEmpty()) {
        return Optional.empty();
      }
      next = join(LogEntry.parse(service, line.get()));
    }
    return next;
  }

  /** Waits for the next line; empty at the end. */
  Optional<LogEntry> take() {
    Optional<LogEntry> taken = peek();
    next = Optional.empty();
    return taken;
  }

  private Optional<LogEntry> join(LogEntry entry) {
    String key = entry.process() + (entry.isError() ? "/err" : "/out");
    String earlier = parts.remove(key);
    LogEntry joined = earlier == null ? entry : entry.after(earlier);
    if (entry.isPartial() && joined.text().length() < MAX_LINE) {
      parts.put(key, joined.text());
      return Optional.empty();
    }
    return Optional.of(joined);
  }

  @Override
  public void close() {
    closer.run();
  }
}
