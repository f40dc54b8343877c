package io.luhproc.notify;

import io.luhproc.time.DurationRange;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What one or more messages of sd_notify(3) say.
 *
 * @param ready {@code READY=1}: the process is ready
 * @param stopping {@code STOPPING=1}: it stops by itself
 * @param watchdog {@code WATCHDOG=1}: it is alive
 * @param watchdogFailed {@code WATCHDOG=trigger}: it has found itself to be broken
 * @param status {@code STATUS=}: a line for people, without control characters, cut to 256
 *     characters
 * @param extension {@code EXTEND_TIMEOUT_USEC=}: the time it needs from now; at most 365 days
 * @param mainPid {@code MAINPID=}: the process that it asks to supervise instead
 */
public record NotifyMessage(
    boolean ready,
    boolean stopping,
    boolean watchdog,
    boolean watchdogFailed,
    Optional<String> status,
    Optional<Duration> extension,
    Optional<Long> mainPid) {
  private static final int MAX_STATUS_LENGTH = 256;

  /** A message that says nothing. */
  public static final NotifyMessage EMPTY =
      new NotifyMessage(
          false, false, false, false, Optional.empty(), Optional.empty(), Optional.empty());

  /** Reads a message: assignments in lines. Unknown and malformed ones are ignored. */
  public static NotifyMessage parse(String text) {
    NotifyMessage message = EMPTY;
    for (String line : text.split("\n", -1)) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        message = message.with(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return message;
  }

  private NotifyMessage with(String name, String value) {
    return switch (name) {
      case "READY" -> value.equals("1") ? merge(flags(true, false, false, false)) : this;
      case "STOPPING" -> value.equals("1") ? merge(flags(false, true, false, false)) : this;
      case "WATCHDOG" -> merge(flags(false, false, value.equals("1"), value.equals("trigger")));
      case "STATUS" ->
          merge(details(Optional.of(visible(value)), Optional.empty(), Optional.empty()));
      case "EXTEND_TIMEOUT_USEC" ->
          merge(
              details(
                  Optional.empty(), number(value).map(NotifyMessage::micros), Optional.empty()));
      case "MAINPID" -> merge(details(Optional.empty(), Optional.empty(), number(value)));
      default -> this;
    };
  }

  private static NotifyMessage flags(
      boolean ready, boolean stopping, boolean watchdog, boolean failed) {
    return new NotifyMessage(
        ready, stopping, watchdog, failed, Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static NotifyMessage details(
      Optional<String> status, Optional<Duration> extension, Optional<Long> mainPid) {
    return new NotifyMessage(false, false, false, false, status, extension, mainPid);
  }

  /** Returns what this message and a later one say together. */
  NotifyMessage merge(NotifyMessage later) {
    return new NotifyMessage(
        ready || later.ready,
        stopping || later.stopping,
        watchdog || later.watchdog,
        watchdogFailed || later.watchdogFailed,
        later.status.or(() -> status),
        later.extension.or(() -> extension),
        later.mainPid.or(() -> mainPid));
  }

  private static Optional<Long> number(String text) {
    return text.matches("[0-9]{1,18}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
  }

  private static Duration micros(long number) {
    return DurationRange.limit(Duration.of(number, ChronoUnit.MICROS));
  }

  /** The text is shown on terminals, so it has no control characters. */
  private static String visible(String text) {
    String cut = text.length() > MAX_STATUS_LENGTH ? text.substring(0, MAX_STATUS_LENGTH) : text;
    return cut.replaceAll("\\p{Cntrl}", "?").replace('\uFFFD', '?');
  }
}
