package io.luhproc.daemon.http;

import io.luhproc.log.LogFollower;
import io.luhproc.log.LogLine;
import io.luhproc.log.LogPosition;
import io.luhproc.log.ProcessLog;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The lines of one or more processes, merged by time, as messages of about 32 KiB. */
final class LogMessages implements MessageSource {
  private static final int MAX_CHARS = 32 << 10;

  private final List<Source> sources;
  private final LogFormatter formatter;
  private boolean started;

  LogMessages(List<Source> sources, LogFormatter formatter) {
    this.sources = sources;
    this.formatter = formatter;
  }

  @Override
  public Optional<String> next() {
    StringBuilder text = new StringBuilder();
    if (!started) {
      started = true;
      formatter.appendStart(text, sources);
    }
    while (text.length() < MAX_CHARS) {
      sources.forEach(source -> source.fill(formatter, text));
      Source earliest = null;
      for (Source source : sources) {
        if (source.isEarlierThan(earliest)) {
          earliest = source;
        }
      }
      if (earliest == null) {
        break;
      }
      earliest.take(formatter, text, sources);
    }
    return text.isEmpty() ? Optional.empty() : Optional.of(text.toString());
  }

  @Override
  public boolean isComplete() {
    return sources.stream().allMatch(source -> source.lines.hasEnded());
  }

  @Override
  public void close() {
    sources.forEach(source -> source.lines.close());
  }

  /** Supplies the lines of one process. */
  interface Lines {
    /** Returns the next lines; empty if there is none yet. */
    List<LogLine> next();

    boolean hasEnded();

    default long lostBytes() {
      return 0;
    }

    default void close() {}

    /** Returns the lines of a log that has an end, from a position. */
    static Lines of(ProcessLog log, LogPosition from) {
      return new Lines() {
        private LogPosition position = from;
        private boolean hasEnded;

        @Override
        public List<LogLine> next() {
          List<LogLine> lines = log.read(position, 8 * MAX_CHARS);
          lines.forEach(line -> position = position.after(line));
          hasEnded = lines.isEmpty();
          return lines;
        }

        @Override
        public boolean hasEnded() {
          return hasEnded;
        }
      };
    }

    static Lines of(LogFollower follower) {
      return new Lines() {
        @Override
        public List<LogLine> next() {
          return follower.next();
        }

        @Override
        public boolean hasEnded() {
          return follower.hasEnded();
        }

        @Override
        public long lostBytes() {
          return follower.lostBytes();
        }

        @Override
        public void close() {
          follower.close();
        }
      };
    }
  }

  /** The lines of one process that were read, but not sent. */
  static final class Source {
    private final String process;
    private final Lines lines;
    private final Deque<LogLine> unsent = new ArrayDeque<>();
    private LogPosition position;
    private boolean isInsideLine;
    private long lostBytes;

    Source(String process, Lines lines, LogPosition start) {
      this.process = process;
      this.lines = lines;
      this.position = start;
    }

    String process() {
      return process;
    }

    /** Returns the position after the last line that was sent. */
    LogPosition position() {
      return position;
    }

    /** Returns whether the last line that was sent is a piece of a longer one. */
    boolean isInsideLine() {
      return isInsideLine;
    }

    private void fill(LogFormatter formatter, StringBuilder text) {
      if (unsent.isEmpty()) {
        unsent.addAll(lines.next());
        long lost = lines.lostBytes() - lostBytes;
        if (lost > 0) {
          formatter.appendLost(text, process, lost);
        }
        lostBytes += lost;
      }
    }

    private boolean isEarlierThan(@Nullable Source other) {
      LogLine line = unsent.peek();
      LogLine otherLine = other == null ? null : other.unsent.peek();
      return line != null && (otherLine == null || line.time().isBefore(otherLine.time()));
    }

    private void take(LogFormatter formatter, StringBuilder text, List<Source> sources) {
      LogLine line = unsent.remove();
      position = position.after(line);
      formatter.append(text, this, line, sources);
      isInsideLine = line.partial();
    }
  }
}
