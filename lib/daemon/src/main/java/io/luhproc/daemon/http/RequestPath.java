package io.luhproc.daemon.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The path and the query of a request, decoded.
 *
 * <p>The path is split before it is decoded, so a name may contain an encoded slash. Segments are
 * only ever compared with names, so {@code ..} has no meaning.
 *
 * @param segments the segments of the path without the leading slash
 * @param query the parameters by name; the last value of a repeated one
 */
record RequestPath(List<String> segments, Map<String, String> query) {

  /**
   * Parses a request target.
   *
   * @param rawPath the path as sent
   * @param rawQuery the query as sent; empty if there is none
   * @return empty if a percent-encoding is invalid
   */
  static Optional<RequestPath> parse(String rawPath, String rawQuery) {
    try {
      List<String> segments = new ArrayList<>();
      for (String segment : rawPath.substring(1).split("/", -1)) {
        // A plus sign is no space in a path.
        segments.add(decode(segment.replace("+", "%2B")));
      }
      if (segments.get(segments.size() - 1).isEmpty()) {
        segments.remove(segments.size() - 1);
      }
      return Optional.of(new RequestPath(List.copyOf(segments), parseQuery(rawQuery)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Map<String, String> parseQuery(String rawQuery) {
    Map<String, String> query = new LinkedHashMap<>();
    for (String parameter : rawQuery.split("&", -1)) {
      if (!parameter.isEmpty()) {
        int equals = parameter.indexOf('=');
        String name = equals < 0 ? parameter : parameter.substring(0, equals);
        query.put(decode(name), equals < 0 ? "" : decode(parameter.substring(equals + 1)));
      }
    }
    return query;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /** Returns whether the path has the given segments, of which {@code *} stands for any one. */
  boolean matches(String... pattern) {
    if (segments.size() != pattern.length) {
      return false;
    }
    for (int i = 0; i < pattern.length; i++) {
      if (!pattern[i].equals("*") && !pattern[i].equals(segments.get(i))) {
        return false;
      }
    }
    return true;
  }

  String segment(int index) {
    return segments.get(index);
  }

  /** Returns whether a parameter is given, and not as {@code false}. */
  boolean flag(String name) {
    return parameter(name).filter(it -> !it.equals("false")).isPresent();
  }

  Optional<String> parameter(String name) {
    return Optional.ofNullable(query.get(name));
  }
}
