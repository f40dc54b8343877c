package io.luhproc.daemon.http;

import io.luhproc.log.LogPosition;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Formats positions in the logs of processes as an event id: {@code web:120.0,db:0.64}, the
 * positions in standard output and standard error of each process.
 */
final class LogEventId {
  private static final Pattern ENTRY = Pattern.compile("([^:,]+):(-?\\d{1,18})\\.(-?\\d{1,18})");

  private LogEventId() {}

  static String format(List<LogMessages.Source> sources) {
    return sources.stream()
        .map(it -> encode(it.process()) + ":" + it.position().out() + "." + it.position().err())
        .collect(Collectors.joining(","));
  }

  private static String encode(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8);
  }

  /** Returns the position by process; empty if the id is not valid. */
  static Map<String, LogPosition> parse(String id) {
    Map<String, LogPosition> positions = new HashMap<>();
    for (String entry : id.split(",", -1)) {
      Matcher parts = ENTRY.matcher(entry);
      if (!parts.matches()) {
        return Map.of();
      }
      positions.put(
          URLDecoder.decode(parts.group(1), StandardCharsets.UTF_8),
          new LogPosition(Long.parseLong(parts.group(2)), Long.parseLong(parts.group(3))));
    }
    return positions;
  }
}
