package io.luhproc.daemon.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpRequest;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads {@code [shipping]}. */
final class ShippingSection {
  private static final int DEFAULT_BATCH_LINES = 100;
  private static final Duration DEFAULT_BATCH_TIME = Duration.ofSeconds(5);
  private static final URI ANY_URL = URI.create("http://localhost/");

  private final TableReader table;

  ShippingSection(TableReader table) {
    this.table = table;
  }

  /** Returns the configuration; empty if it has problems. */
  Optional<ShippingConfig> read() {
    Optional<URI> none = Optional.empty();
    Optional<URI> url = table.apply("url", table::string, none, (old, it) -> Optional.of(url(it)));
    ShippingConfig.Format format =
        table.choice("format", ShippingConfig.Format.class).orElse(ShippingConfig.Format.NDJSON);
    ShippingConfig.Rejected rejected =
        table
            .choice("rejected", ShippingConfig.Rejected.class)
            .orElse(ShippingConfig.Rejected.RETRY);
    Map<String, String> headers = headers();
    int lines = table.integer("batch_lines").orElse(DEFAULT_BATCH_LINES);
    Duration time = table.duration("batch_time").orElse(DEFAULT_BATCH_TIME);
    List<String> services = table.strings("services").orElse(List.of("*"));
    services.forEach(this::checkGlob);
    boolean multiline = table.bool("multiline").orElse(false);
    List<String> mask = table.strings("mask").orElse(List.of());
    mask.forEach(this::checkPattern);
    Optional<Path> trusted = table.path("trusted_certificates");
    table.reportUnknownKeys();
    if (!table.has("url")) {
      table.error("url", table.title() + " must have a url, such as \"http://localhost:8686/\"");
    }
    try {
      return Optional.of(
          new ShippingConfig(
              url.orElse(ANY_URL),
              format,
              headers,
              lines,
              time,
              services,
              multiline,
              mask,
              rejected,
              trusted));
    } catch (IllegalArgumentException e) {
      table.error("", table.title() + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  /** The messages do not repeat the text, which may have credentials. */
  private static URI url(String text) {
    try {
      URI url = new URI(text);
      boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (!http || url.getHost() == null) {
        throw new IllegalArgumentException("the URL must begin with http://HOST or https://HOST");
      }
      if (url.getUserInfo() != null) {
        throw new IllegalArgumentException(
            "the URL must not have credentials; set headers = { Authorization = \"..\" }");
      }
      return url;
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("the URL is invalid: " + e.getReason(), e);
    }
  }

  private Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Map.Entry<String, String> header : table.variables("headers").entrySet()) {
      try {
        HttpRequest.Builder ignored =
            HttpRequest.newBuilder(ANY_URL).header(header.getKey(), header.getValue());
        headers.put(header.getKey(), header.getValue());
      } catch (IllegalArgumentException e) {
        // The message of the exception has the value.
        table.error(
            "headers",
            "headers." + header.getKey() + ": the name or the value cannot be set in a request");
      }
    }
    return headers;
  }

  private void checkGlob(String glob) {
    try {
      PathMatcher ignored = FileSystems.getDefault().getPathMatcher("glob:" + glob);
    } catch (IllegalArgumentException e) {
      table.error("services", "services: pattern (" + glob + ") is no valid glob pattern");
    }
  }

  private void checkPattern(String regex) {
    try {
      Pattern ignored = Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      table.error("mask", "mask: pattern (" + regex + ") is invalid: " + e.getDescription());
    }
  }
}
