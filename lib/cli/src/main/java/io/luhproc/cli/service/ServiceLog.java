package io.luhproc.cli.service;

import io.luhproc.cli.client.LineStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The lines of the log of one service. The parts of long lines are joined. Not thread-safe. */
final class ServiceLog implements AutoCloseable {
  private static final int MAX_LINE = 1 << 20;

  private final String service;
  private final LineStream lines;
  // By process and stream, the parts of a line so far.
  private final Map<String, String> parts = new HashMap<>();
  private Optional<LogEntry> next = Optional.empty();

  ServiceLog(String service, LineStream lines) {
    this.service = service;
    this.lines = lines;
  }

  /** Waits for the next line and keeps it; empty at the end. */
  Optional<LogEntry> peek() {
    while (next.isEmpty()) {
      Optional<String> line = lines.next();
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
    lines.close();
  }
}
